"""Why a check may leave a page unjudged, in Thai and English sentences.

A page that was not judged has not passed.
"""

from __future__ import annotations

from audit.words import Text

REASONS: dict[str, Text] = {
    # The page as a whole
    "no_capture": Text(
        "ไม่มีสำเนาหน้าที่อ่านได้",
        "no capture of the page can be read",
    ),
    "reduced_copy": Text(
        "สำเนาเป็นแบบย่อ ส่วนที่ต้องใช้ไม่ได้ถูกเก็บไว้",
        "the copy is a reduced one, which has lost the part of the page that is needed",
    ),
    "no_capture_day": Text(
        "ไม่ทราบวันที่จัดเก็บหน้า หรือทราบจากเวลาของไฟล์เท่านั้น",
        "the day of the capture is not known, or from the file's own time only",
    ),
    "no_fiscal_year": Text("หน้าไม่ระบุปีงบประมาณ", "the page does not say its fiscal year"),
    # Progress
    "no_headline": Text("ไม่มีร้อยละความคืบหน้าที่หัวหน้า", "the page's head has no percent"),
    "no_reports": Text("ไม่มีรายงานความคืบหน้า", "there is no progress report"),
    "no_percent": Text("มีร้อยละที่ว่างหรืออ่านไม่ได้", "a percent is missing or could not be read"),
    "no_report_date": Text("มีวันที่รายงานที่ว่างหรืออ่านไม่ได้", "a report's date is missing or could not be read"),
    "no_narrative_date": Text(
        "มีวันที่ในคำบรรยายที่ว่างหรืออ่านไม่ได้", "the date of a narrative is missing or could not be read"
    ),
    "no_narrative": Text("มีคำบรรยายที่ว่างหรืออ่านไม่ได้", "a narrative is missing or could not be read"),
    "no_sequence": Text("มีเลขลำดับที่ว่างหรืออ่านไม่ได้", "a report's number is missing or could not be read"),
    "no_problem_line": Text(
        "รายงานร้อยละ 100 ไม่มีบรรทัดปัญหาหรืออุปสรรค",
        "a report of 100 % has no line on problems or obstacles",
    ),
    # Plans
    "no_plan": Text("ไม่มีแผนการดำเนินงาน", "there is no plan"),
    "no_weight": Text("มีขั้นตอนที่ไม่มีน้ำหนักหรืออ่านไม่ได้", "a step's weight is missing or could not be read"),
    "no_step_date": Text(
        "มีขั้นตอนที่วันเริ่มต้นหรือวันสิ้นสุดว่างหรืออ่านไม่ได้", "a step's first or last day is missing or could not be read"
    ),
    "step_ends_before_start": Text("มีขั้นตอนที่สิ้นสุดก่อนเริ่มต้น", "a step ends before it starts"),
    "weights_not_100": Text(
        "น้ำหนักของขั้นตอนรวมกันไม่เท่ากับร้อยละ 100", "the weights of the steps do not sum to 100"
    ),
    # Money
    "no_money": Text(
        "ไม่มีงบประมาณที่ได้รับหรือที่ใช้ไป หรืออ่านไม่ได้",
        "the money received or spent is missing or could not be read",
    ),
    # Indicators
    "no_indicators": Text("ไม่มีตัวชี้วัด", "there is no indicator"),
    "no_target": Text("เป้าหมายของตัวชี้วัดไม่ใช่ตัวเลข", "an indicator's target is not a number"),
    "no_result": Text("ผลงานของตัวชี้วัดไม่ใช่ตัวเลข", "an indicator's result is not a number"),
    "unclear_direction": Text(
        "หน่วยของตัวชี้วัดไม่บอกว่ามากหรือน้อยจึงจะดี",
        "an indicator's unit does not tell whether more or less is better",
    ),
    "year_not_over": Text(
        "ปีงบประมาณยังไม่สิ้นสุดในวันที่จัดเก็บหน้า",
        "the fiscal year was not over on the day of the capture",
    ),
    "no_quarters": Text("ตัวชี้วัดไม่มีตารางรายไตรมาส", "an indicator has no quarter table"),
    "unread_quarter": Text(
        "มีแถวของตารางรายไตรมาสที่อ่านไม่ครบ", "a row of a quarter table could not be read completely"
    ),
    "no_reported_quarter": Text(
        "ยังไม่มีไตรมาสที่รายงาน (ทุกคู่คะแนนเป็น 0 / 0)", "no quarter is reported yet: all pairs are 0 / 0"
    ),
    # Texts
    "no_strategy_text": Text(
        "มีบรรทัดยุทธศาสตร์ที่ขาดไปหรืออ่านไม่ได้", "a line of the strategy is missing or could not be read"
    ),
    "no_unit": Text("ตัวชี้วัดไม่มีหน่วยหรืออ่านไม่ได้", "an indicator's unit is missing or could not be read"),
    # History
    "no_history": Text(
        "ยังไม่มีตารางประวัติ (สร้างด้วย bma build --history)",
        "there is no history (bma build --history makes it)",
    ),
    "history_of_others": Text(
        "ตารางประวัติสร้างจากสำเนาชุดอื่น ให้สร้างใหม่ด้วย bma build --history",
        "the history is of other captures than the tables; bma build --history makes it anew",
    ),
    "one_capture": Text(
        "มีสำเนาที่อ่านได้เพียงฉบับเดียวต่อเว็บไซต์",
        "no site has two readable captures of the page",
    ),
    "one_full_capture": Text(
        "มีสำเนาเต็มที่อ่านได้เพียงฉบับเดียวต่อเว็บไซต์",
        "no site has two readable full captures of the page",
    ),
    "one_site": Text(
        "ไม่มีสำเนาจากสองเว็บไซต์ที่จัดเก็บห่างกันไม่เกิน 24 ชั่วโมง",
        "no two sites were captured within 24 hours of each other",
    ),
}
"""The reasons by name."""
