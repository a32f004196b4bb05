// The overview: filters, charts and the table of projects, all from window.bmaReport (assets/data.js).
// Every text goes into the page as text (textContent), never as markup.
"use strict";
(() => {
  const ROWS_A_PAGE = 50;
  const MOST_PARTS = 9; // agencies that a bar is divided into; the rest are one more
  const BAR = 24; // pixels of a lying bar, with the room between two
  const { projects: rows, names } = window.bmaReport;
  const byId = (id) => document.getElementById(id);
  const inLanguage = (th, en) => (document.documentElement.lang === "en" ? en : th);
  const agencyName = (code) => names.agencies[code] ?? code;
  const checkName = (name) => {
    const title = names.checks[name];
    return inLanguage(title.th, title.en);
  };
  const number = (value, digits = 2) =>
    value === null ? "–" : value.toLocaleString("en", { maximumFractionDigits: digits });

  // Texts compare as a reader means them: composed SARA AM, Arabic digits, no difference of case.
  const key = (text) => text
    .replaceAll("\u0e4d\u0e32", "\u0e33")
    .replace(/[๐-๙]/g, (digit) => String(digit.charCodeAt(0) - 0x0e50))
    .toLowerCase();

  const projects = rows.map(([code, name, agency, year, percent, date, planned, problem, findings, hasPage]) => ({
    code, agency, year, percent, date, planned, problem, hasPage, checks: findings,
    name: name ?? "",
    ahead: percent === null || planned === null ? null : percent - planned,
    findings: Object.values(findings).reduce((sum, count) => sum + count, 0),
    words: key(`${code} ${name ?? ""} ${agency} ${agencyName(agency)}`),
  }));

  const thai = new Intl.Collator("th", { numeric: true });
  const order = { column: "code", descending: false };
  let chosen = projects;
  let pageNumber = 0;

  const valueOf = (project, column) => (column === "agency" ? agencyName(project.agency) : project[column]);
  const compare = (one, other) => {
    const [a, b] = [valueOf(one, order.column), valueOf(other, order.column)];
    if (a === null || b === null) return (a === null) - (b === null); // what is not known stands last
    const first = typeof a === "number" ? a - b : thai.compare(a, b);
    return (order.descending ? -first : first) || thai.compare(one.code, other.code);
  };

  const choose = () => {
    const words = key(byId("search").value).split(/\s+/).filter(Boolean);
    const [agency, year, check] = ["agency", "year", "check"].map((id) => byId(id).value);
    const onlyProblems = byId("problems").checked;
    chosen = projects.filter((project) =>
      words.every((word) => project.words.includes(word))
      && (agency === "" || project.agency === agency)
      && (year === "" || String(project.year) === year)
      && (check === "" || (check === "*" ? project.findings > 0 : check in project.checks))
      && (!onlyProblems || project.problem === 1));
    pageNumber = 0;
  };

  const element = (name, text, attributes = {}) => {
    const made = document.createElement(name);
    made.textContent = text;
    for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
    return made;
  };

  const showTable = () => {
    const sorted = chosen.toSorted(compare);
    const pages = Math.max(1, Math.ceil(sorted.length / ROWS_A_PAGE));
    pageNumber = Math.min(pageNumber, pages - 1);
    const shown = sorted.slice(pageNumber * ROWS_A_PAGE, (pageNumber + 1) * ROWS_A_PAGE);
    byId("table").tBodies[0].replaceChildren(...shown.map(tableRow));
    for (const button of document.querySelectorAll("[data-sort]")) {
      const sorts = button.dataset.sort === order.column;
      button.closest("th").setAttribute("aria-sort", !sorts ? "none" : order.descending ? "descending" : "ascending");
    }
    byId("page").textContent = `${pageNumber + 1} / ${pages}`;
    byId("previous").disabled = pageNumber === 0;
    byId("next").disabled = pageNumber === pages - 1;
    byId("count").textContent = inLanguage(
      `แสดง ${number(chosen.length)} จาก ${number(projects.length)} โครงการ`,
      `${number(chosen.length)} of ${number(projects.length)} projects`);
  };

  const tableRow = (project) => {
    const row = document.createElement("tr");
    const code = element("th", project.hasPage ? "" : project.code, { scope: "row" });
    if (project.hasPage) code.append(element("a", project.code, { href: `projects/${project.code}.html` }));
    const ahead = project.ahead === null ? "–" : (project.ahead > 0 ? "+" : "") + number(project.ahead);
    const day = element("td", project.date ?? "–");
    if (project.problem) {
      const mark = element("span", " ◆", { class: "problem", title: inLanguage("ระบุปัญหาหรืออุปสรรค", "States problems or obstacles") });
      mark.append(element("span", ` ${mark.title}`, { class: "unseen" }));
      day.append(mark);
    }
    row.append(
      code,
      element("td", project.name || "–", { class: "text wide", lang: "th" }),
      element("td", agencyName(project.agency), { class: "text", lang: "th" }),
      element("td", project.year ?? "–", { class: "figure" }),
      element("td", number(project.percent), { class: "figure" }),
      element("td", number(project.planned), { class: "figure" }),
      element("td", ahead, { class: "figure" }),
      day,
      element("td", number(project.findings), { class: "figure" }),
    );
    return row;
  };

  // What the charts show, each as rows of plain values, the most first. A click on a bar chooses by `filters`.
  const counted = (entries) => {
    const groups = new Map();
    for (const { group, part, count } of entries) {
      const held = groups.get(group) ?? { group, total: 0, parts: new Map() };
      held.total += count;
      held.parts.set(part, (held.parts.get(part) ?? 0) + count);
      groups.set(group, held);
    }
    return [...groups.values()].sort((a, b) => b.total - a.total || thai.compare(a.group, b.group));
  };
  const unknown = () => inLanguage("ไม่ทราบ", "unknown");
  const others = () => inLanguage("หน่วยงานอื่น", "other agencies");
  const RANGES = [...Array(10).keys()].map((ten) => `${ten * 10}–<${ten * 10 + 10}`);
  const rangeOf = (percent) =>
    percent < 0 ? "<0" : percent > 100 ? ">100" : percent === 100 ? "100" : RANGES[Math.floor(percent / 10)];
  const SHOWN = {
    agencies: () => {
      const years = [...new Set(chosen.map(({ year }) => year))].sort((a, b) => (a === null) - (b === null) || a - b);
      return counted(chosen.map(({ agency, year }) => ({ group: agency, part: year, count: 1 })))
        .flatMap(({ group, parts }) => years.filter((year) => parts.has(year)).map((year) => ({
          agency: agencyName(group), year: String(year ?? unknown()), projects: parts.get(year),
          place: years.indexOf(year), filters: { agency: group, year: year === null ? "" : String(year) },
        })));
    },
    progress: () => {
      const counts = new Map(["<0", ...RANGES, "100", ">100", unknown()].map((range) => [range, 0]));
      for (const { percent } of chosen) {
        const range = percent === null ? unknown() : rangeOf(percent);
        counts.set(range, counts.get(range) + 1);
      }
      const always = new Set([...RANGES, "100"]);
      return [...counts].filter(([range, count]) => count > 0 || (chosen.length > 0 && always.has(range)))
        .map(([range, count]) => ({ range, projects: count }));
    },
    findings: () => {
      const found = chosen.flatMap(({ agency, checks }) =>
        Object.entries(checks).map(([check, count]) => ({ agency, check, count })));
      const agencies = counted(found.map(({ agency, count }) => ({ group: agency, part: agency, count })))
        .slice(0, MOST_PARTS).map(({ group }) => group);
      return counted(found.map(({ agency, check, count }) =>
        ({ group: check, part: agencies.includes(agency) ? agency : "", count })))
        .flatMap(({ group, parts }) => [...agencies, ""].filter((agency) => parts.has(agency)).map((agency) => ({
          check: checkName(group), agency: agency === "" ? others() : agencyName(agency),
          findings: parts.get(agency), place: [...agencies, ""].indexOf(agency),
          filters: agency === "" ? { check: group } : { check: group, agency },
        })));
    },
  };
  const HEADINGS = {
    agency: ["หน่วยงาน", "Agency"], year: ["ปีงบประมาณ", "Fiscal year"], projects: ["โครงการ", "Projects"],
    range: ["ความคืบหน้า (%)", "Progress (%)"], check: ["การตรวจ", "Check"], findings: ["ข้อตรวจพบ", "Findings"],
  };

  const showChart = async (name) => {
    const values = SHOWN[name]();
    const figure = byId(`figure-${name}`);
    figure.querySelector(".nothing-there").hidden = values.length > 0;
    for (const part of [figure.querySelector(".chart-box"), figure.querySelector("details")]) {
      part.hidden = values.length === 0;
    }
    const columns = Object.keys(values[0] ?? {}).filter((column) => column in HEADINGS);
    showNumbers(byId(`table-${name}`), values, columns, figure.querySelector("h3").innerText);
    if (values.length === 0) return;
    const box = byId(`chart-${name}`);
    const { view } = await window.vegaEmbed(box, specOf(name, values, columns, box.clientWidth), {
      mode: "vega-lite", renderer: "svg", ast: true, actions: false, defaultStyle: false,
      tooltip: { disableDefaultStyle: true },
    });
    box.querySelector("svg").setAttribute("aria-hidden", "true");
    view.addEventListener("click", (_, item) => { if (item?.datum?.filters) chooseBy(item.datum.filters); });
  };

  const specOf = (name, values, columns, width) => {
    const chart = names.charts[name];
    const [group, count] = [columns[0], columns.at(-1)];
    const totals = new Map();
    for (const value of values) totals.set(value[group], (totals.get(value[group]) ?? 0) + value[count]);
    const parts = [...values].sort((a, b) => a.place - b.place).map((value) => value[columns[1]]);
    const domain = [...new Set(parts)];
    const { color } = chart.encoding;
    const rest = [unknown(), others()];
    const range = color?.scale.range;
    const colours = color && {
      color: { ...color, scale: { domain, range: domain.map((part, place) =>
        (rest.includes(part) ? range.at(-1) : range[place % (range.length - 1)])) } },
    };
    const tooltip = columns.map((column) => ({ field: column, title: inLanguage(...HEADINGS[column]) }));
    return {
      ...chart,
      $schema: "https://vega.github.io/schema/vega-lite/v6.json",
      data: { values },
      width: Math.max(200, width - 8),
      height: "y" in chart.encoding && chart.encoding.y.field === group ? BAR * totals.size : 260,
      encoding: { ...chart.encoding, ...colours, tooltip },
      autosize: { type: "fit-x", contains: "padding" },
      background: null,
      config: {
        font: getComputedStyle(document.body).fontFamily,
        axis: { labelFontSize: 13, labelLimit: Math.max(90, width * 0.42), domain: false, ticks: false, labelPadding: 6 },
        axisQuantitative: { tickCount: Math.min(5, Math.max(...totals.values())) },
        legend: {
          labelFontSize: 13, symbolType: "square", labelLimit: Math.max(120, width * 0.5),
          columns: Math.max(1, Math.floor((width * 0.55) / (columns[1] === "year" ? 70 : 230))),
        },
        view: { stroke: null },
        aria: false,
      },
    };
  };

  const chooseBy = (filters) => {
    for (const [id, value] of Object.entries(filters)) byId(id).value = value;
    soon();
    byId("filters").scrollIntoView({ block: "nearest" });
  };

  const showNumbers = (table, values, columns, heading) => {
    const isFigure = (column) => typeof values[0][column] === "number";
    const head = document.createElement("tr");
    head.append(...columns.map((column) =>
      element("th", inLanguage(...HEADINGS[column]), { scope: "col", class: isFigure(column) ? "figure" : "text" })));
    const body = values.map((value) => {
      const row = document.createElement("tr");
      row.append(...columns.map((column) => (isFigure(column)
        ? element("td", number(value[column]), { class: "figure" })
        : element("td", value[column], { class: "text" }))));
      return row;
    });
    table.replaceChildren(element("caption", heading), document.createElement("thead"), document.createElement("tbody"));
    table.tHead.append(head);
    table.tBodies[0].append(...body);
  };

  const showCharts = async () => {
    for (const name of Object.keys(SHOWN)) await showChart(name);
    document.documentElement.dataset.charts = "drawn";
  };

  const fill = (id, all, options) => {
    const select = byId(id);
    const held = select.value;
    select.replaceChildren(
      element("option", all, { value: "" }),
      ...options.map(([value, text]) => element("option", text, { value })));
    select.value = held;
  };
  const showChoices = () => {
    const all = inLanguage("ทั้งหมด", "All");
    const agencies = [...new Set(projects.map((project) => project.agency))];
    fill("agency", all, agencies.map((code) => [code, agencyName(code)]).sort(([, a], [, b]) => thai.compare(a, b)));
    const years = [...new Set(projects.map((project) => project.year))].filter((year) => year !== null);
    fill("year", all, years.sort((a, b) => b - a).map((year) => [String(year), String(year)]));
    const checks = Object.keys(names.checks).map((name) => [name, checkName(name)]);
    const any = checks.length ? [["*", inLanguage("มีข้อตรวจพบใด ๆ", "Any finding")]] : [];
    fill("check", all, [...any, ...checks.sort(([, a], [, b]) => thai.compare(a, b))]);
  };

  const show = () => { showTable(); return showCharts(); };
  let waiting;
  const soon = () => {
    choose();
    showTable();
    clearTimeout(waiting);
    waiting = setTimeout(showCharts, 150); // the table follows each key, the charts the last one
  };

  for (const part of [byId("filters"), document.querySelector(".charts"), byId("list")]) part.hidden = false;
  showChoices();
  choose();
  show();
  byId("filters").addEventListener("input", soon);
  byId("filters").addEventListener("reset", () => setTimeout(soon));
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  for (const button of document.querySelectorAll("[data-sort]")) {
    button.addEventListener("click", () => {
      order.descending = order.column === button.dataset.sort && !order.descending;
      order.column = button.dataset.sort;
      pageNumber = 0;
      showTable();
    });
  }
  for (const [id, step] of [["previous", -1], ["next", 1]]) {
    byId(id).addEventListener("click", () => { pageNumber += step; showTable(); });
  }
  document.addEventListener("bma-language", () => { showChoices(); show(); });
  addEventListener("resize", () => {
    clearTimeout(waiting);
    waiting = setTimeout(showCharts, 150);
  });
})();
