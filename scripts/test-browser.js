// SPDX-License-Identifier: GPL-2.0-or-later
// What test-browser.sh runs: DIR PAGE...; see there.
"use strict";
const fs = require("fs");
const path = require("path");
const { chromium } = require("playwright-core");
const axe = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const args = ["--no-sandbox", "--disable-gpu", "--no-first-run",
	"--disable-background-networking", "--disable-component-update",
	"--disable-sync"];
const views = [
	{ name: "light", width: 1200, scheme: "light", js: true },
	{ name: "dark", width: 1200, scheme: "dark", js: true },
	{ name: "phone", width: 400, scheme: "dark", js: true },
	{ name: "small", width: 320, scheme: "light", js: true },
	{ name: "nojs", width: 1200, scheme: "light", js: false },
];
const pages_max = 4; // of paper
const dir = process.argv[2];
let failed = 0;

function check(ok, what) {
	console.log((ok ? "ok - " : "not ok - ") + what);
	failed += !ok;
}

async function accessible(page, what) {
	// The page forbids foreign scripts, and the devtools protocol is none of them.
	await page.evaluate(axe);
	const found = await page.evaluate(() => axe.run(document, {
		runOnly: ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"] }));
	check(!found.violations.length, what + ": axe-core finds nothing");
	for (const v of found.violations)
		console.log("#   " + v.id + ": " + v.help + " (" + v.nodes.length +
			", first " + v.nodes[0].html.slice(0, 160) + ")");
}

async function interactive(page, what) {
	const sorted = await page.evaluate(() => {
		const table = document.querySelector("#rows table");
		const at = Array.from(table.tHead.rows[0].cells)
			.findIndex((c) => c.textContent === "change");
		const column = () => Array.from(table.tBodies[0].rows)
			.map((r) => Number(r.cells[at].getAttribute("data-v")))
			.filter((v) => !isNaN(v));
		const button = table.tHead.rows[0].cells[at].querySelector("button");
		button.click();
		const down = column().every((v, i, a) => !i || a[i - 1] >= v);
		button.click();
		return down && column().every((v, i, a) => !i || a[i - 1] <= v);
	});
	check(sorted, what + ": a column sorts both ways");
	const input = page.locator("#rows input[type=search]");
	await input.fill("secretmem_append maple_stores");
	const left = await page.evaluate(() => Array.from(
		document.querySelectorAll("#rows tbody tr")).filter((r) => !r.hidden)
		.map((r) => r.textContent));
	check(left.length && left.every((t) => t.includes("secretmem_append")),
		what + ": the filter leaves " + left.length + " rows");
	await input.fill("");
}

// Names break after "_" and nowhere else; who copies or searches one sees no break.
async function names(page, what) {
	const broken = await page.evaluate(() => {
		const words = document.createTreeWalker(document.querySelector("#verdicts table"),
			NodeFilter.SHOW_TEXT);
		const range = document.createRange();
		const bad = [];
		while (words.nextNode()) {
			const node = words.currentNode;
			for (const m of node.data.matchAll(/[A-Za-z0-9_]+/g)) {
				range.setStart(node, m.index);
				range.setEnd(node, m.index + m[0].length);
				const tops = new Set(Array.from(range.getClientRects(), (r) => Math.round(r.top)));
				if (tops.size > 1)
					bad.push(m[0]);
			}
		}
		return bad;
	});
	check(!broken.length, what + ": no name is broken but after _" +
		(broken.length ? ": " + broken[0] : ""));
	const copied = await page.evaluate(() => {
		const name = document.querySelector("#verdicts tbody th");
		const want = name.textContent;
		getSelection().selectAllChildren(name);
		const got = getSelection().toString();
		getSelection().removeAllRanges();
		return [want, got, window.find(want), /^[ -~]*$/.test(got)];
	});
	check(copied[0] === copied[1] && copied[3], what + ": a name is copied as it is");
	check(copied[2], what + ": and found");
}

// What is better is one grey, what is worse or has another shape is two at least.
async function grey(browser, page, what) {
	for (const [kind, hatched] of [["better", false], ["worse", true], ["shape", true]]) {
		const bars = page.locator("#verdicts rect.b-" + kind);
		let bar, box;
		for (let i = 0; i < await bars.count(); i++) {
			const b = await bars.nth(i).boundingBox();
			if (b && b.width > 30 && (!box || b.width > box.width))
				[bar, box] = [bars.nth(i), b];
		}
		if (!bar)
			continue;
		await bar.scrollIntoViewIfNeeded();
		box = await bar.boundingBox();
		// Without its whisker, and the sticky headings above.
		const png = await page.screenshot({ clip: { x: box.x + 3, y: box.y + 2,
			width: Math.min(24, box.width - 6), height: 3 } });
		const blank = await browser.newPage();
		const span = await blank.evaluate(async (data) => {
			const image = new Image();
			image.src = "data:image/png;base64," + data;
			await image.decode();
			const canvas = document.createElement("canvas");
			[canvas.width, canvas.height] = [image.width, image.height];
			const context = canvas.getContext("2d");
			context.drawImage(image, 0, 0);
			const p = context.getImageData(0, 0, image.width, image.height).data;
			let low = 255, high = 0;
			for (let i = 0; i < p.length; i += 4) {
				const v = .299 * p[i] + .587 * p[i + 1] + .114 * p[i + 2];
				[low, high] = [Math.min(low, v), Math.max(high, v)];
			}
			return high - low;
		}, png.toString("base64"));
		await blank.close();
		check(hatched ? span > 40 : span < 10, what + ": in grey, " + kind + " is " +
			(hatched ? "hatched" : "solid"));
	}
}

async function pasting(page, what) {
	const ok = await page.evaluate(() => Array.from(
		document.querySelectorAll("#reproduce pre")).every((pre) => {
		const button = pre.parentNode.querySelector("button");
		button.click();
		return getSelection().toString().trim() === pre.textContent.trim() &&
			/^(Copied|Selected)$/.test(button.textContent);
	}));
	check(ok, what + ": what can be pasted can be copied");
}

// On paper the page is its summary.
async function paper(page, what) {
	const open = () => page.evaluate(() => document.querySelectorAll("details[open]").length);
	const before = await open();
	const pdf = await page.pdf({ path: path.join(dir, what.replace(" ", "-") + ".pdf"),
		format: "A4" });
	const pages = (pdf.toString("latin1").match(/\/Type\s*\/Page\b/g) || []).length;
	check(pages > 0 && pages <= pages_max, what + ": " + pages + " pages of paper");
	check(await open() === before, what + ": what is folded stays so");
	await page.emulateMedia({ media: "print" });
	const gone = await page.evaluate(() => ["scenarios", "rows", "environment"].every((id) =>
		!document.getElementById(id).getClientRects().length));
	const there = await page.evaluate(() => ["verdicts", "method", "reproduce"].every((id) =>
		document.getElementById(id).getClientRects().length) &&
		document.querySelector("p.lead").getClientRects().length > 0);
	check(gone && there, what + ": they are the summary");
	await page.emulateMedia({ media: null });
}

async function visit(browser, file, view) {
	const what = path.basename(path.dirname(file)) + " " + view.name;
	const context = await browser.newContext({ colorScheme: view.scheme,
		javaScriptEnabled: view.js, offline: true,
		viewport: { width: view.width, height: 900 } });
	const page = await context.newPage();
	const said = [];
	const asked = [];
	page.on("console", (m) => said.push(m.text()));
	page.on("pageerror", (e) => said.push(e.message));
	page.on("request", (r) => asked.push(r.url().slice(0, 40)));
	page.on("dialog", (d) => { said.push("dialog"); d.dismiss(); });
	await page.goto("file://" + path.resolve(file));
	const shot = path.join(dir, path.basename(path.dirname(file)) + "-" + view.name);
	await page.screenshot({ path: shot + ".png" });
	await page.screenshot({ path: shot + "-full.png", fullPage: true,
		clip: undefined }).catch(() => {});
	if (view.js) {
		const over = await page.evaluate(() =>
			document.documentElement.scrollWidth - window.innerWidth);
		check(over <= 0, what + ": nothing is wider than the window");
		check(!await page.evaluate(() => "pwned" in window),
			what + ": no script of a record ran");
		await interactive(page, what);
		await names(page, what);
		await grey(browser, page, what);
		await pasting(page, what);
		await accessible(page, what);
		await paper(page, what);
	} else {
		const text = await page.locator("main").innerText();
		check(text.includes("Verdicts"), what + ": is there to be read");
	}
	check(!said.length, what + ": nothing on the console" +
		(said.length ? ": " + said[0] : ""));
	check(asked.every((u) => /^(file|data):/.test(u)), what + ": asks nobody");
	await context.close();
}

(async () => {
	const profile = fs.mkdtempSync(path.join(dir, "profile-"));
	const browser = await chromium.launch({ executablePath: "/usr/bin/chromium",
		args, env: { ...process.env, HOME: profile } });
	for (const file of process.argv.slice(3))
		for (const view of views)
			await visit(browser, file, view);
	await browser.close();
	fs.rmSync(profile, { recursive: true, force: true });
	process.exit(failed ? 1 : 0);
})();
