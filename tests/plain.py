"""A project page without chance, for tests of one form at a time."""

PLAIN_BLOCKS = {
    "title": "ความคืบหน้าโครงการ/กิจกรรม",
    "constants": "Back Home\nFusionCharts will render here",
    "name": "โครงการตัวอย่าง : 50030000-0001",
    "agency": "สำนักงานเขตสมมุติ : (2566)",
    "number": "45.00",
    "headline": "ความคืบหน้าโครงการ ร้อยละ 45.00",
    "contact": "ฝ่ายโยธา",
    "link": "ดูโครงการแผนปีฯ : พิมพ์ข้อมูล",
    "evaluation": "*** สยป. ประเมินโครงการ : ไตรมาสที่ 2 : 100.0000",
    "rationale_heading": "หลักการและเหตุผล",
    "rationale": "ด้วยเหตุที่ต้องมีตัวอย่าง",
    "org_codes": "50030100/50030200",
    "objectives_heading": "วัตถุประสงค์ของโครงการ",
    "objectives": "เพื่อทดสอบการอ่าน",
    "goals_heading": "เป้าหมายของโครงการ",
    "goals": "อ่านได้ครบทุกบรรทัด",
    "strategy_heading": "สนับสนุนยุทธศาสตร์กรุงเทพมหานครฯ",
    "strategy": "ด้านที่ ๑ - มหานครสมมุติ : Invented City\nมิติที่ ๑.๒ - ตัวอย่างที่ดี",
    "reports_heading": "ผลการดำเนินงาน",
    "reports": (
        "(1) ความคืบหน้าโครงการฯ ร้อยละ 45.00 (2023-03-23)\n\n45.00\n\n23/3/2566 : จัดประชุมแล้ว\n\n"
        "** ปัญหาของโครงการ :ไม่มี\n\n** อุปสรรคของโครงการ :ไม่มี\n\n---------&&&---------"
    ),
    "plan_heading": "แผนการดำเนินงานฯ",
    "plan": "ขั้นตอน 1\n:เตรียมงาน\n:100%\nเริ่มต้น :01/10/2022\nสิ้นสุด :30/09/2023",
    "code_links": (
        "(ทดสอบ) แสดงขั้นตอนการดำเนินงานโครงการ : 50030000-0001\n\n"
        "(คลิก) ขั้นตอนการปฏิบัติงานของโครงการ : 50030000-0001"
    ),
    "indicators_heading": "สนับสนุนตัวชี้วัดตามแผนฯ",
    "indicators": (
        "รายละเอียดเกี่ยวกับตัวชี้วัด : 5003-0001\n\nตัวชี้วัด : ร้อยละของตัวอย่าง\n\nค่าเป้าหมาย ร้อยละ : 80.0000\n\n"
        "ผลงานที่ทำได้ ร้อยละ : 20.0000\n\nประเภทตัวชี้วัด : ตัวชี้วัดงานประจำ\nตัวชี้วัดระดับผลผลิต (output)\n\n"
        "ไตรมาสที่\n(1 - 4)\n*ผลงาน*\n(ร้อยละ)\n*ผลประเมินตัวชี้วัด*\n(* 2.1 / 2.2 *)\n"
        "1\n20.00\n\n100 / 100\n2\n0.00\n\n0 / 0\n3\n0.00\n\n0 / 0\n4\n0.00\n\n0 / 0"
    ),
    "closing": "** ผลการประเมินโครงการ (รายไตรมาส) **",
}
"""The blocks of a full text copy, by name, in page order."""

_KEPT_IN_REDUCED = (
    "headline",
    "contact",
    "link",
    "evaluation",
    "rationale",
    "org_codes",
    "objectives",
    "goals",
    "strategy",
)


def plain_page(**changes: str | None) -> str:
    """A full text copy with these blocks changed; None leaves one out."""
    return "\n\n".join(block for block in {**PLAIN_BLOCKS, **changes}.values() if block is not None) + "\n"


def reduced_page(**changes: str | None) -> str:
    """A reduced text copy of the same page: no headings, codes or tables, and no empty lines."""
    blocks = {name: PLAIN_BLOCKS[name] for name in _KEPT_IN_REDUCED} | changes
    return "\n".join(block for block in blocks.values() if block is not None) + "\n"
