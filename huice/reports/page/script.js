"use strict";
(() => {
  const root = document.documentElement, zh = root.lang.startsWith("zh");
  root.classList.add("js");

  // Charts: the figure under the pointer, or under the arrow keys, is told below the chart.
  for (const chart of document.querySelectorAll("svg.chart")) {
    const figure = chart.closest("figure"), out = figure && figure.querySelector(".readout");
    const points = [...chart.querySelectorAll("[data-tip]")];
    let now = -1;
    const show = (at) => {
      if (now >= 0) points[now].classList.remove("on");
      now = at;
      if (now >= 0) points[now].classList.add("on");
      if (out) out.textContent = now >= 0 ? points[now].dataset.tip : "";
    };
    const under = (event) => {
      const point = event.target.closest && event.target.closest("[data-tip]");
      show(point ? points.indexOf(point) : -1);
    };
    chart.addEventListener("pointermove", under);
    chart.addEventListener("pointerdown", under);
    chart.addEventListener("pointerleave", (event) => { if (event.pointerType === "mouse") show(-1); });
    chart.addEventListener("blur", () => show(-1));
    chart.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (event.key === "Escape") show(-1);
      if (!step || !points.length) return;
      event.preventDefault();
      show(Math.min(Math.max(now + step, 0), points.length - 1));
    });
  }

  // One of several panels.
  for (const choice of document.querySelectorAll("select[data-of]")) {
    const panels = document.querySelectorAll(`[data-panel^="${choice.dataset.of}:"]`);
    choice.addEventListener("change", () => {
      for (const panel of panels) panel.hidden = panel.dataset.panel !== `${choice.dataset.of}:${choice.value}`;
    });
  }

  // Tables: sorted by a column, and copied with figures in yuan.
  const figure = (cell) => {
    const data = cell.querySelector("data");
    return data ? Number(data.value) : null;
  };
  for (const table of document.querySelectorAll("table[data-sort]")) {
    const body = table.tBodies[0], rows = [...body.rows];
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      head.classList.add("sort");
      head.tabIndex = 0;
      head.setAttribute("role", "columnheader");
      const sort = () => {
        const before = head.getAttribute("aria-sort");
        const order = before === "descending" ? "ascending" : before === "ascending" ? null : "descending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        if (order) head.setAttribute("aria-sort", order);
        const sign = order === "descending" ? -1 : 1;
        const sorted = !order ? rows : [...rows].sort((a, b) => {
          const x = a.cells[column], y = b.cells[column], m = figure(x), n = figure(y);
          if (m !== null && n !== null) return sign * (m - n);
          return sign * x.textContent.localeCompare(y.textContent, root.lang, { numeric: true });
        });
        body.append(...sorted);
      };
      head.addEventListener("click", sort);
      head.addEventListener("keydown", (event) => {
        if (event.key === "Enter" || event.key === " ") { event.preventDefault(); sort(); }
      });
    });
  }

  // What is printed is open while it is printed.
  const opened = [];
  addEventListener("beforeprint", () => {
    for (const part of document.querySelectorAll("details.printed:not([open])")) { part.open = true; opened.push(part); }
  });
  addEventListener("afterprint", () => { for (const part of opened.splice(0)) part.open = false; });

  for (const region of document.querySelectorAll(".wide")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "tools";
    button.textContent = zh ? "复制（元）" : "copy (yuan)";
    button.addEventListener("click", async () => {
      const text = [...region.querySelectorAll("tr")].map((row) => [...row.cells].map((cell) => {
        const data = cell.querySelectorAll("data");
        return data.length === 1 ? data[0].value : cell.innerText.replace(/\s+/g, " ").trim();
      }).join("\t")).join("\n");
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        const area = document.createElement("textarea");
        area.value = text;
        document.body.append(area);
        area.select();
        document.execCommand("copy");
        area.remove();
      }
      button.textContent = zh ? "已复制" : "copied";
      setTimeout(() => { button.textContent = zh ? "复制（元）" : "copy (yuan)"; }, 1500);
    });
    region.after(button);
  }
})();
