import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type BrowserContext, type BrowserContextOptions, type Page } from 'playwright-core';
import { ENDS, newAccount } from '../support/consent';
import { until } from '../support/processes';
import { System } from '../support/system';
import { authorize, invite, makeHost, makeMerchant, makeProvider, ok, type Provider } from '../support/tenants';

jest.setTimeout(40_000);

const NOW = '2026-03-10T02:00:00.000Z';
const PROGRAM = process.env['TEST_CHROMIUM'] ?? '';
/** A folder to look at afterwards; unset: no pictures. */
const SHOTS = process.env['TEST_SCREENSHOTS'] ?? '';
const ARGS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];
const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 800 }, locale: 'en-US' };
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  locale: 'zh-CN',
  isMobile: true,
  hasTouch: true,
  userAgent:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148 MicroMessenger/8.0',
};
const SCREENS = [
  ['desktop', DESKTOP, 0],
  ['phone', PHONE, 1],
] as const;

const describeBrowser = PROGRAM === '' ? describe.skip : describe;

describeBrowser(`in a browser${PROGRAM === '' ? ' (skipped: TEST_CHROMIUM names no Chromium)' : ''}`, () => {
  let system: System;
  let provider: Provider;
  let merchant: Awaited<ReturnType<typeof makeMerchant>>;
  let browser: Browser;
  let downloads: string;

  beforeAll(async () => {
    const libraries = process.env['TEST_CHROMIUM_LIBS'];
    const fonts = process.env['TEST_CHROMIUM_FONTS'];
    const env = {
      PATH: process.env['PATH'] ?? '',
      HOME: process.env['HOME'] ?? '',
      ...(libraries !== undefined && { LD_LIBRARY_PATH: libraries }),
      ...(fonts !== undefined && { FONTCONFIG_FILE: fonts }),
    };
    [system, browser] = await Promise.all([
      System.start({ now: NOW }),
      chromium.launch({ executablePath: PROGRAM, args: ARGS, env }),
    ]);
    downloads = mkdtempSync(join(tmpdir(), 'wpg-download-'));
    provider = await makeProvider(system, await makeHost(system));
    merchant = await makeMerchant(provider, system);
  }, 60_000);
  afterAll(async () => {
    await browser.close();
    await system.stop();
    rmSync(downloads, { recursive: true });
  });

  /** Runs `visit` in a window of its own. Returns what the browser complained about. */
  async function inWindow(
    options: BrowserContextOptions,
    visit: (page: Page, context: BrowserContext) => Promise<void>,
  ): Promise<string[]> {
    const context = await browser.newContext(options);
    context.setDefaultTimeout(10_000);
    const complaints: string[] = [];
    try {
      const page = await context.newPage();
      page.on('console', (message) => {
        const { url } = message.location();
        // What WeChat's own page lacks is not ours to mend.
        if (['error', 'warning'].includes(message.type()) && !url.startsWith(system.sandbox.origin))
          complaints.push(`${new URL(url, system.gatewayOrigin).pathname}: ${message.text()}`);
      });
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('requestfailed', (request) => complaints.push(`${request.url()}: ${request.failure()?.errorText ?? ''}`));
      await visit(page, context);
    } finally {
      await context.close();
    }
    return complaints;
  }

  async function shoot(page: Page, name: string): Promise<void> {
    if (SHOTS === '') return;
    mkdirSync(SHOTS, { recursive: true });
    await page.screenshot({ path: join(SHOTS, `${name}.png`), fullPage: true });
  }

  /** Nothing is cut off or pushed out of a narrow screen. */
  async function expectFits(page: Page): Promise<void> {
    // As text: these words mean something in the browser only.
    const [wide, seen] = await page.evaluate<[number, number]>(
      '[document.documentElement.scrollWidth, document.documentElement.clientWidth]',
    );
    expect(wide).toBeLessThanOrEqual(seen);
  }

  async function expectEndPage(page: Page, end: keyof typeof ENDS, language: 0 | 1): Promise<void> {
    await page.waitForURL(/\/connect\/[^/]+\/callback/);
    expect(await page.title()).toBe(ENDS[end][language]);
    expect(await page.locator('h1').innerText()).toBe(ENDS[end][language]);
    await expectFits(page);
  }

  it.each(SCREENS)('a person authorizes an account by clicking through: %s', async (screen, options, language) => {
    const url = await invite(provider, merchant.id);
    const appid = await newAccount(system, { name: '清风茶馆' });
    const complaints = await inWindow(options, async (page) => {
      await page.goto(url);
      await expectFits(page);
      await shoot(page, `${screen}-1-invite`);
      // A phone need not be told to scan its own screen.
      expect(await page.locator('.qr svg').isVisible()).toBe(screen !== 'phone');
      await page.getByRole('button', { name: language === 0 ? 'Go on to WeChat' : '前往微信授权' }).click();
      await page.waitForURL(`${system.sandbox.origin}/**`);
      expect(new URL(page.url()).pathname).toBe(
        screen === 'phone' ? '/wxaopen/safe/bindcomponent' : '/cgi-bin/componentloginpage',
      );
      await page.locator(`input[value="${appid}"]`).check();
      await shoot(page, `${screen}-2-wechat`);
      await page.getByRole('button', { name: '同意授权' }).click();
      await expectEndPage(page, 'connected', language);
      expect(await page.locator('main').innerText()).toContain('清风茶馆');
      await shoot(page, `${screen}-3-connected`);
      await page.reload();
      await expectEndPage(page, 'connected', language);
    });
    expect(complaints).toEqual([]);
    const { items } = ok(await merchant.api.get(`/api/v1/accounts?appid=${appid}`), 200);
    expect(items).toEqual([expect.objectContaining({ appid, name: '清风茶馆', gate: { open: true } })]);
  });

  it.each(SCREENS)('somebody invited sets a password, once: %s', async (screen, options, language) => {
    const person = { email: `guest-${screen}@example.test`, name: '茶馆 <b>掌柜</b>' };
    const memberships = [{ role: 'merchant_admin', merchant: merchant.id }];
    const { link } = ok(await provider.admin.post('/api/v1/users', { ...person, memberships }), 201);
    const password = 'correct horse battery';
    const complaints = await inWindow(options, async (page) => {
      await page.goto(link.url);
      expect(await page.locator('h1').innerText()).toBe(
        language === 0 ? `Welcome, ${person.name}` : `${person.name}，欢迎加入`,
      );
      expect(await page.locator('main').innerText()).toContain(person.email);
      await expectFits(page);
      await shoot(page, `${screen}-4-password`);
      await page.locator('input[type=password]').fill('short');
      await page.locator('form button').click();
      // The browser itself holds a password back that is too short.
      expect(new URL(page.url()).pathname).toMatch(/^\/password\//);
      await page.locator('input[type=password]').fill(password);
      await page.locator('form button').click();
      await page.getByRole('heading', { name: language === 0 ? 'Your password is set' : '密码已设置' }).waitFor();
      await expectFits(page);
      await shoot(page, `${screen}-5-password-set`);
    });
    expect(complaints).toEqual([]);
    const api = system.api();
    await api.login(person.email, password);
    expect(ok(await api.get('/api/v1/session'), 200).user.name).toBe(person.name);
    expect((await fetch(link.url)).status).toBe(404);
  });

  it.each(SCREENS)('a person cancels, and later unticks what is needed: %s', async (screen, options, language) => {
    const url = await invite(provider, merchant.id);
    const appid = await newAccount(system, { name: '清风茶馆' });
    const complaints = await inWindow(options, async (page) => {
      await page.goto(url);
      await page.locator('form button').click();
      await page.waitForURL(`${system.sandbox.origin}/**`);
      await page.getByRole('button', { name: '取消' }).click();
      await page.getByText('已取消授权').waitFor();
      await page.goto(`${url}/callback`);
      await expectEndPage(page, 'cancelled', language);
      await shoot(page, `${screen}-4-cancelled`);
      await page.goto(url);
      await page.locator('form button').click();
      await page.waitForURL(`${system.sandbox.origin}/**`);
      await page.locator(`input[value="${appid}"]`).check();
      await page.locator('input[name="sets"][value="2"]').uncheck();
      await page.getByRole('button', { name: '同意授权' }).click();
      await expectEndPage(page, 'withoutSet', language);
      await shoot(page, `${screen}-5-without-set`);
      await page.goto(url);
      expect(await page.title()).toBe(ENDS.used[language]);
      await shoot(page, `${screen}-6-used`);
    });
    // The browser notes the status of pages that are refusals; nothing else is wrong with them.
    expect(complaints.filter((text) => !/^\/connect\/.* status of 4\d\d/.test(text))).toEqual([]);
  });

  it.each([
    ['en', 'ref_date,appid,account,cumulate_user,net_change,state'],
    ['zh', '\ufeff日期,AppID,公众号,累计用户数,净增,状态'],
  ])('a merchant downloads the history in the browser (%s)', async (lang, header) => {
    const { id, appid } = await authorize(system, provider, merchant.id, { account: { name: '清风,茶馆' } });
    const days = { from: '2026-01-01', to: '2026-03-09' };
    const asked = ok(await merchant.api.post('/api/v1/fetches', { scope: { accounts: [id] }, ...days }), 202);
    const path = `/api/v1/fetches/${asked.id as string}`;
    await until('the fetch is done', async () => ok(await merchant.api.get(path), 200).state === 'done');
    const file = join(downloads, `${lang}.csv`);
    const complaints = await inWindow(DESKTOP, async (page, context) => {
      await page.goto(`${system.gatewayOrigin}/docs`);
      const person = JSON.stringify({ email: merchant.email, password: merchant.password });
      const login = { method: 'POST', headers: { 'content-type': 'application/json' }, body: person };
      const status = await page.evaluate(`fetch('/api/v1/session', ${JSON.stringify(login)}).then((r) => r.status)`);
      expect(status).toBe(201);
      const cookies = await context.cookies();
      expect(cookies.map(({ name }) => name).sort()).toEqual(['wpg_device', 'wpg_session']);
      for (const cookie of cookies) expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
      expect(await page.evaluate('document.cookie')).toBe('');
      const query = new URLSearchParams({ accounts: id, lang, ...days }).toString();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.evaluate(`location.href = '/api/v1/reports/cumulate?${query}'`),
      ]);
      expect(download.suggestedFilename()).toBe('cumulate_2026-01-01_2026-03-09.csv');
      await download.saveAs(file);
    });
    // A navigation that turns into a download is ended as a navigation.
    expect(complaints.filter((text) => !/cumulate.*ERR_ABORTED/.test(text))).toEqual([]);
    const [first, ...lines] = readFileSync(file, 'utf8').trimEnd().split('\r\n');
    expect(first).toBe(header);
    const cells = lines.map((line) => /^([\d-]+),(\w+),"清风,茶馆",(\d+),(-?\d*),value$/.exec(line));
    expect(cells.every((cell) => cell?.[2] === appid)).toBe(true);
    const stored = new Map(cells.map((cell) => [cell?.[1], Number(cell?.[3])]));
    expect(stored).toEqual(await system.sandbox.truth(appid, days.from, days.to));
    expect(lines.length).toBe(68);
  });
});
