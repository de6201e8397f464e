// What a person does with the page, and what the page then shows: one JSON object on standard output.
// Usage: drive.js URL FOLDER [TOKEN]. With a token: what the page shows to somebody who may not read all.
import puppeteer from "puppeteer-core";

const [url, folder, token] = process.argv.slice(2);
const browser = await puppeteer.launch({ executablePath: "/usr/bin/chromium", userDataDir: folder + "/profile",
  args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
const page = await browser.newPage();
await page.setViewport({ width: 1200, height: 1400 });
const asked = [];
page.on("response", async (answer) => {
  const path = answer.url().slice(url.length);
  asked.push({ path, bytes: (await answer.buffer().catch(() => "")).length });
});
const errors = [];
page.on("pageerror", (error) => errors.push(String(error)));
const texts = (selector) => page.$$eval(selector, (all) => all.map((each) => each.textContent));
const names = () => texts("#devices tr td:first-child");
const until = (test, ...values) => page.waitForFunction(test, { timeout: 30000, polling: 50 }, ...values);
const shows = (text) => until((wanted) => document.querySelector("#shown").textContent === wanted, text);
const rest = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const seen = {};

await page.goto(url + "/");
if (token) {
  await until(() => !document.querySelector("#ask").hidden);
  await page.type("#token", token);
  await page.keyboard.press("Enter");
  await until(() => document.querySelectorAll("#devices tr").length > 1);
  await rest(6000);
  const hidden = await page.$$eval("#tiles, #devices, #refused", (all) =>
    all.filter((each) => each.hidden).map((each) => each.id));
  console.log(JSON.stringify({ names: await names(), hidden, errors, state: (await texts("#state"))[0],
    metrics: asked.filter((each) => each.path === "/metrics").length }));
  await browser.close();
  process.exit(0);
}
await until(() => document.querySelector("#state").textContent === "live"
  && document.querySelectorAll("#devices tr").length > 1);
seen.first = { names: await names(), shown: (await texts("#shown"))[0] };
const before = asked.length;
await rest(11000);
seen.quiet = asked.slice(before).map((each) => [each.path.split("?")[0], each.bytes]);
seen.later = await names();
await page.click("#next");
await until((text) => document.querySelector("#shown").textContent !== text, seen.first.shown);
seen.second = { names: await names(), shown: (await texts("#shown"))[0] };
await page.click("#back");
await shows(seen.first.shown);
await page.type("#search", "0999");
await until((text) => document.querySelector("#shown").textContent !== text, seen.first.shown);
seen.found = { names: await names(), shown: (await texts("#shown"))[0] };
await page.$eval("#search", (field) => { field.value = ""; field.dispatchEvent(new Event("input")); });
await shows(seen.first.shown);
const [, , prediction] = await page.$$("#devices th button");
await prediction.click();
await until(() => document.querySelectorAll("#devices th")[2].getAttribute("aria-sort") === "ascending");
seen.rising = (await texts("#devices tr td:nth-child(3)")).map(Number);
await (await page.$$("#devices th button"))[2].click();
await until(() => document.querySelectorAll("#devices th")[2].getAttribute("aria-sort") === "descending");
seen.falling = (await texts("#devices tr td:nth-child(3)")).map(Number);
await page.select("#silent", "3600");
await shows("none");
seen.silent = await names();
await page.select("#silent", "0");
await shows(seen.first.shown);
const [device] = await page.$$("#devices td button");
seen.clicked = await device.evaluate((each) => each.textContent);
await device.click();
await until((name) => document.querySelector("#chart-name").textContent.endsWith(name), seen.clicked);
seen.ticks = await texts("#chart text");
seen.drift = await page.$$eval("#drift .whole", (all) => all.map((each) => ({ text: each.textContent,
  lines: Math.round(each.getBoundingClientRect().height / 22.5), cut: each.scrollWidth > each.clientWidth })));
seen.errors = errors;
await browser.close();
console.log(JSON.stringify(seen));
