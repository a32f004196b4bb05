"""The text that goes with a packet of evidence, in English and Thai: how to verify it by common means."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scraper.capture import ArchivedCapture

COMMANDS = """\
$ sha256sum -c SHA256SUMS
$ gzip -t pages.warc.gz
$ gzip -dc pages.warc.gz | grep -a -c "^WARC/1.1"
"""
"""What anyone can run in the unpacked folder."""

_README = """\
EVIDENCE OF A PAGE: {page}

{captures}

What is here

  pages.warc.gz       the records of the archive, copied byte by byte: for a page from the web the request,
                      the answer as it was received and what was noted beside them, with redirects and failed
                      attempts; for a saved file its bytes and metadata. The format is WARC 1.1 (ISO 28500)
  captures.json       each capture and exchange: time, address, outcome, SHA-256, and its place in the archive
  CAPTURE/page.html   the page's bytes (page.txt for a text copy); content coding such as gzip is undone
  CAPTURE/lines.txt   its lines with the numbers that tables and findings cite
  CAPTURE/rows.json   its rows in the tables
  archive-SHA256SUMS  the sums of the archive's own files that the records were copied from
  SHA256SUMS          the sums of all files here

How to verify it, with nothing but common programs

{commands}
  The first says OK for each file, the second nothing. The third counts the records. Any WARC tool reads
  pages.warc.gz; with Python: pip install warcio, then: warcio check -v pages.warc.gz

  That CAPTURE/page.html is what the host sent: body_sha256 in captures.json is the SHA-256 of that file
  (sha256sum CAPTURE/page.html), and the same value stands in the metadata record of pages.warc.gz
  (gzip -dc pages.warc.gz | grep -a body_sha256). The body of the answer gives it too, unpacked with gzip
  where its Content-Encoding says so.

  That the records are those of the archive: who holds the archive runs "sha256sum -c SHA256SUMS" in its
  folder, compares the lines of archive-SHA256SUMS, and cuts the records out where captures.json says:
  tail -c +$((warc_offset + 1)) warc_file | head -c warc_length

What this proves, and what not

  It proves that nothing was changed since the sums were written down. It does not prove by itself when that
  was and by whom: for that, the sums must have been given to somebody else in time (a dated message, a time
  stamp). Times are UTC, by the clock of the machine that fetched the page. The page may name people and
  telephone numbers: treat it as you would the page.



หลักฐานของหน้าเว็บ: {page}

สิ่งที่อยู่ในแฟ้มนี้

  pages.warc.gz       ระเบียนจากคลังหลักฐาน คัดลอกมาทุกไบต์: คำขอ คำตอบตามที่ได้รับ และบันทึกประกอบ
                      รวมทั้งการเปลี่ยนเส้นทางและครั้งที่ไม่สำเร็จ รูปแบบเป็น WARC 1.1 (ISO 28500)
  captures.json       เวลา ที่อยู่ ผล ค่า SHA-256 และตำแหน่งในคลังของแต่ละครั้ง
  CAPTURE/page.html   ไบต์ของหน้า (page.txt หากเป็นสำเนาข้อความ) คลายการบีบอัดแล้ว
  CAPTURE/lines.txt   บรรทัดพร้อมเลขบรรทัดที่ตารางและข้อสังเกตอ้างถึง
  CAPTURE/rows.json   แถวของหน้านี้ในตาราง
  archive-SHA256SUMS  ค่า SHA-256 ของแฟ้มในคลังที่คัดลอกระเบียนออกมา
  SHA256SUMS          ค่า SHA-256 ของทุกแฟ้มในที่นี้

วิธีตรวจสอบโดยไม่ต้องใช้โปรแกรมนี้

{commands}
  คำสั่งแรกต้องตอบ OK ทุกแฟ้ม คำสั่งที่สองต้องไม่แสดงอะไร คำสั่งที่สามนับจำนวนระเบียน เครื่องมือ WARC ใด ๆ
  อ่าน pages.warc.gz ได้ เช่นใน Python: pip install warcio แล้ว warcio check -v pages.warc.gz

  ตรวจว่า CAPTURE/page.html คือสิ่งที่เครื่องแม่ข่ายส่งมา: ค่า body_sha256 ใน captures.json ต้องตรงกับ
  sha256sum CAPTURE/page.html และตรงกับค่าในระเบียน metadata ของ pages.warc.gz

  ตรวจว่าระเบียนมาจากคลังจริง: ผู้ถือคลังสั่ง sha256sum -c SHA256SUMS ในโฟลเดอร์ของคลัง แล้วเทียบกับ
  archive-SHA256SUMS และตัดระเบียนออกมาตามตำแหน่งใน captures.json

สิ่งที่พิสูจน์ได้และไม่ได้

  พิสูจน์ได้ว่าไม่มีการแก้ไขนับแต่เวลาที่จดค่า SHA-256 ไว้ แต่ไม่พิสูจน์ด้วยตัวเองว่าจดเมื่อใดและโดยใคร จึงควรส่งค่านั้น
  ให้ผู้อื่นเก็บไว้แต่แรก (ข้อความที่ลงวันที่ หรือตราประทับเวลา) เวลาทั้งหมดเป็น UTC ตามนาฬิกาของเครื่องที่ดึงหน้า
  หน้านี้อาจมีชื่อบุคคลและหมายเลขโทรศัพท์ โปรดปฏิบัติตามกฎหมายคุ้มครองข้อมูลส่วนบุคคล
"""


def readme(captures: Sequence[ArchivedCapture]) -> str:
    """The text for these captures of one page."""
    from scraper.capture import iso_time

    first = captures[0]
    listed = "\n".join(
        f"  {iso_time(capture.captured_at)}  {capture.capture_id}  {capture.url or capture.file_name}"
        for capture in captures
    )
    return _README.format(
        page=f"{first.page_kind or 'unknown'} {first.page_code or first.capture_id}",
        captures=listed,
        commands="".join(f"  {line}\n" for line in COMMANDS.splitlines()),
    )
