/*
 * view_page.mjs - the page of `cicatrix view` in a browser, by mouse and keyboard.
 *
 *     node view_page.mjs URL PLAYWRIGHT_DIR SCREENSHOT.png
 *
 * URL is what a running editor (view -o) printed, of results whose first patient has a wall
 * with and without scar and no correction yet; PLAYWRIGHT_DIR holds
 * node_modules/playwright-core.  $CHROMIUM is the browser if not /usr/bin/chromium.
 * Prints TAP.
 */
import {createRequire} from 'node:module';

const [url, playwright, screenshot] = process.argv.slice(2);
const {chromium} = createRequire(`${playwright}/`)('playwright-core');
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox']});
const page = await browser.newPage({viewport: {width: 1400, height: 900}});
const troubles = [];
page.on('pageerror', e => troubles.push(e.message));
page.on('console', m => { if (m.type() === 'error') troubles.push(m.text()); });

let tests = 0, failed = 0;
function ok(good, what) {
  tests++;
  failed += good ? 0 : 1;
  console.log(`${good ? 'ok' : 'not ok'} ${tests} - ${what}`);
}

const cell = async (row, column) =>
  page.locator(`#numbers tbody tr:nth-child(${row}) td`).nth(column - 1).textContent();
const corrected = async () => [await cell(1, 2), await cell(3, 2)].join(); /* wall and scar in mL */
const state = () => page.locator('#state').textContent();
const measured = () => page.waitForSelector('#numbers[aria-busy=false]');
const drawn = () => page.evaluate('Array.from(app.open.labels).join("")');

async function opened() {
  await page.waitForSelector('.tile');
  await page.waitForFunction('app.open && document.querySelector("#numbers td")');
}

/* Where a label lies in the slice that is shown, in pixels of the page; furthest from others. */
async function find(label) {
  const at = await page.evaluate(l => {
    const p = app.open, here = p.labels.subarray(p.slice * p.plane, (p.slice + 1) * p.plane);
    let best = null;
    here.forEach((v, k) => {
      if (v !== l)
        return;
      let r = 1;
      const free = d => [-d, 0, d].every(y => [-d, 0, d].every(x => here[k + y * p.nx + x] === l));
      while (r < 8 && free(r))
        r++;
      if (!best || r > best.r)
        best = {r, x: k % p.nx + 0.5, y: Math.floor(k / p.nx) + 0.5};
    });
    const v = app.view, box = document.getElementById('stage').getBoundingClientRect();
    return best && {x: box.x + box.width / 2 + (best.x - v.x) * v.scale * p.mm[0],
                    y: box.y + box.height / 2 + (best.y - v.y) * v.scale * p.mm[1]};
  }, label);
  return at;
}

async function stroke(at, dx = 6, dy = 6) {
  await page.mouse.move(at.x, at.y);
  await page.mouse.down();
  await page.mouse.move(at.x + dx, at.y + dy, {steps: 3});
  await page.mouse.up();
  await page.waitForTimeout(50);
}

await page.goto(url);
await opened();
ok(await page.locator('.patient[aria-selected=true]').count() === 1, 'a patient is open');
ok(!page.url().includes('#'), 'the token has left the address bar');
const network = await drawn();

await page.locator('#stage').focus();
await page.keyboard.press('Home');
for (let s = 0; s < 40 && !await find(2); s++)
  await page.keyboard.press('ArrowRight');
await page.keyboard.press('3');
await stroke(await find(1));
ok(await drawn() === network, 'scar beside the wall changes nothing');
ok(!(await page.locator('#notice').isHidden()), 'and the page says so');

const before = await corrected();
await stroke(await find(2));
await measured();
const painted = await drawn(), numbers = await corrected();
ok(painted !== network && numbers !== before, 'scar in the wall changes the numbers');
ok([...painted].every((l, k) => l === network[k] || (network[k] === '2' && l === '3')),
   'only myocardium became scar');
ok(/unsaved/.test(await state()), 'the changes are said to be unsaved');

await page.keyboard.press('Control+z');
ok(await drawn() === network, 'undo');
await page.keyboard.press('Control+Shift+Z');
await measured();
ok(await drawn() === painted && await corrected() === numbers, 'redo');

await page.keyboard.press('Control+s');
await page.waitForSelector('#state.saved');
ok(true, 'saved');
await page.screenshot({path: screenshot});
await page.reload();
await opened();
ok(await drawn() === painted && await corrected() === numbers, 'the correction is there after a reload');
ok(await page.locator('.patient[aria-selected=true] .mark').textContent() === '✓', 'and marked in the list');

await page.click('#stack-back');
ok(await drawn() === network && /unsaved/.test(await state()), 'back to the network\'s, not yet saved');
await page.click('#delete');
await page.click('#ask button.main');
await page.waitForSelector('#delete:disabled');
await page.reload();
await opened();
ok(await drawn() === network && await page.locator('#delete').isDisabled(), 'the correction is deleted');
ok(troubles.length === 0, `no trouble in the console${troubles.map(t => `; ${t}`).join('')}`);

console.log(`1..${tests}`);
await browser.close();
process.exit(failed ? 1 : 0);
