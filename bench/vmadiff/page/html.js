// SPDX-License-Identifier: GPL-2.0-or-later
// Sorting, filtering, values under the pointer. The page is whole without it.
(function () {
	"use strict";

	function make(name, text) {
		const e = document.createElement(name);
		e.textContent = text || "";
		return e;
	}

	function value(row, at) {
		const cell = row.cells[at];
		const v = cell ? cell.getAttribute("data-v") : null;
		return v === null ? (cell ? cell.textContent : "") : Number(v);
	}

	function sort(table, th, at) {
		const up = th.getAttribute("aria-sort") === "descending";
		const body = table.tBodies[0];
		const rows = Array.from(body.rows);
		rows.sort(function (a, b) {
			const x = value(a, at), y = value(b, at);
			const d = typeof x === "number" && typeof y === "number" ?
				(isNaN(x) ? -Infinity : x) - (isNaN(y) ? -Infinity : y) :
				String(x).localeCompare(String(y));
			return up ? d : -d;
		});
		for (const other of table.tHead.rows[0].cells)
			other.removeAttribute("aria-sort");
		th.setAttribute("aria-sort", up ? "ascending" : "descending");
		for (const row of rows)
			body.appendChild(row);
	}

	document.querySelectorAll("table.sort").forEach(function (table) {
		Array.from(table.tHead.rows[0].cells).forEach(function (th, at) {
			if (th.classList.contains("plain"))
				return;
			const button = make("button");
			button.type = "button";
			button.addEventListener("click", function () {
				sort(table, th, at);
			});
			button.append(...th.childNodes);
			th.appendChild(button);
		});
	});

	function tools(where) {
		const div = make("div");
		div.className = "tools";
		where.parentNode.insertBefore(div, where);
		return div;
	}

	function filter(where, label, items) {
		const input = document.createElement("input");
		input.type = "search";
		input.placeholder = label;
		input.setAttribute("aria-label", label);
		input.addEventListener("input", function () {
			const words = input.value.toLowerCase().split(/\s+/);
			for (const item of items)
				item.hidden = !words.every(function (w) {
					return item.textContent.toLowerCase().includes(w);
				});
		});
		where.appendChild(input);
	}

	document.querySelectorAll("table.filter").forEach(function (table) {
		const scroll = table.parentNode;
		filter(tools(scroll), "Filter rows", Array.from(table.tBodies[0].rows));
	});

	const scenarios = document.querySelectorAll("details.scenario");
	if (scenarios.length) {
		const bar = tools(scenarios[0]);
		const all = make("button", "Open all");
		all.type = "button";
		all.addEventListener("click", function () {
			const open = all.textContent === "Open all";
			scenarios.forEach(function (d) { d.open = open; });
			all.textContent = open ? "Close all" : "Open all";
		});
		filter(bar, "Filter scenarios", Array.from(scenarios));
		bar.appendChild(all);
	}

	function reveal() {
		const at = location.hash && document.getElementById(location.hash.slice(1));
		if (at && at.tagName === "DETAILS")
			at.open = true;
	}
	window.addEventListener("hashchange", reveal);
	reveal();

	document.querySelectorAll("#reproduce pre").forEach(function (pre) {
		const box = make("div"), button = make("button", "Copy");
		button.type = "button";
		button.addEventListener("click", function () {
			const range = document.createRange();
			range.selectNodeContents(pre);
			getSelection().removeAllRanges();
			getSelection().addRange(range);
			button.textContent = document.execCommand("copy") ?
				"Copied" : "Selected";
		});
		box.className = "paste";
		pre.parentNode.insertBefore(box, pre);
		box.appendChild(pre);
		box.appendChild(button);
	});

	// The value of each curve where the pointer is: data-x and data-y of a path.
	document.querySelectorAll("figure.ecdf").forEach(function (figure) {
		const svg = figure.querySelector("svg"), out = make("p");
		const curves = Array.from(svg.querySelectorAll("path[data-x]")).map(function (p) {
			return { name: p.getAttribute("data-name"),
				x: p.getAttribute("data-x").split(" ").map(Number),
				y: p.getAttribute("data-y").split(" ").map(Number) };
		});
		const from = Math.log(Number(svg.getAttribute("data-from")));
		const to = Math.log(Number(svg.getAttribute("data-to")));
		out.className = "readout soft";
		figure.appendChild(out);
		svg.addEventListener("pointermove", function (event) {
			const box = svg.getBoundingClientRect();
			const u = ((event.clientX - box.left) / box.width * 640 - 50) / 570;
			if (u < 0 || u > 1)
				return;
			const at = Math.exp(from + u * (to - from));
			out.textContent = Math.round(at) + " ns or less: " +
				curves.map(function (c) {
					let i = 0;
					while (i < c.x.length && c.x[i] <= at)
						i++;
					return c.name + " " +
						(i ? c.y[i - 1] * 100 : 0).toFixed(2) + " %";
				}).join(", ");
		});
	});
})();
