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
	{ name: "phone", width: 390, scheme: "light", js: true },
	{ name: "nojs", width: 1200, scheme: "light", js: false },
];
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
		await accessible(page, what);
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
