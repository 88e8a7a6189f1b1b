import axe from 'axe-core';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderReport } from '../../src/report/page.ts';
import { openFile, startBrowser } from '../support/browser.ts';
import { requireProgram } from '../support/cross-check.ts';
import { hostilePieces } from '../support/hostile-text.ts';
import { at, sampleReport } from './sample-report.ts';

const html = renderReport(sampleReport());
const phone = { width: 320, height: 640 };
const desk = { width: 1024, height: 768 };

describe.skipIf(!requireProgram('chromium'))('in a browser, a report', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
  });
  afterAll(() => browser?.close());

  it.each<[string, string]>([
    ['as usual', html],
    ['full of hostile texts', renderReport(hostileReport())],
  ])('%s loads without a complaint or a request', async (_, page) => {
    await openFile(browser, page, { viewport: desk }, async ({ page, complaints, requests }) => {
      await page.evaluate('new Promise((resolve) => requestIdleCallback(resolve))');
      expect({ complaints, requests }).toEqual({ complaints: [], requests: [] });
      expect(await page.locator('script, link, img, iframe, [onclick], [style]').count()).toBe(0);
      expect(await page.locator('section').count()).toBe(9);
    });
  });

  it('complains if it tries something forbidden, so that silence means something', async () => {
    const loading = html.replace(
      '</main>',
      '<img src="https://example.invalid/x.png" alt=""><script>1</script></main>',
    );
    await openFile(browser, loading, { viewport: desk }, async ({ complaints }) => {
      expect(complaints.join('\n')).toMatch(/Content Security Policy/);
    });
  });

  it('shows the figures in its tables', async () => {
    await openFile(browser, html, { viewport: desk }, async ({ page }) => {
      const { blue, green } = sampleReport().span.minutes.reduce(
        (sum, minute) => ({ blue: sum.blue + minute.blue.requests, green: sum.green + minute.green.requests }),
        { blue: 0, green: 0 },
      );
      const row = page.getByRole('row', { name: 'Requests' }).first();
      expect((await row.getByRole('cell').allInnerTexts()).slice(0, 2)).toEqual(
        [blue, green].map((sum) => sum.toLocaleString('en-US')),
      );
      await page.getByText('Requests per minute, as a table').click();
      const table = page.getByRole('table', { name: 'Requests per minute' });
      expect(await table.getByRole('row').count()).toBe(1 + sampleReport().span.minutes.length);
    });
  });

  it.each<[string, BrowserContextOptions, string]>([
    ['light', { viewport: desk, colorScheme: 'light' }, html],
    ['dark', { viewport: desk, colorScheme: 'dark' }, html],
    ['narrow', { viewport: phone }, html],
    ['empty', { viewport: desk }, renderReport(emptyReport())],
    ['hostile', { viewport: phone }, renderReport(hostileReport())],
  ])('that is %s has no obstacle that axe finds', async (_, options, text) => {
    await openFile(browser, text, options, async ({ page }) => {
      await openTables(page);
      await page.evaluate(axe.source);
      const result = (await page.evaluate('axe.run()')) as axe.AxeResults;
      expect(result.violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
      expect(result.passes.map(({ id }) => id)).toContain('color-contrast');
    });
  });

  it.each<[string, string]>([
    ['as usual', html],
    ['full of hostile texts', renderReport(hostileReport())],
    ['full of long words', renderReport(longReport())],
  ])('%s needs no sideways scrolling on a phone, with all tables open', async (_, text) => {
    await openFile(browser, text, { viewport: phone }, async ({ page }) => {
      await openTables(page);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(phone.width);
    });
  });

  it('shows each plot once, in the size that fits', async () => {
    for (const [viewport, shown] of [
      [desk, 'wide'],
      [phone, 'narrow'],
    ] as const)
      await openFile(browser, html, { viewport }, async ({ page }) => {
        const classes = await page
          .getByRole('img')
          .evaluateAll((images) => images.map((image) => image.className.baseVal));
        expect(classes).toEqual(Array(7).fill(shown));
      });
  });

  it('looks different in the dark, and light on paper', async () => {
    const pictures = new Map<string, Buffer>();
    const papers: unknown[] = [];
    for (const colorScheme of ['light', 'dark'] as const)
      await openFile(browser, html, { viewport: desk, colorScheme }, async ({ page }) => {
        pictures.set(colorScheme, await page.screenshot());
        await page.emulateMedia({ media: 'print' });
        papers.push(await page.evaluate('getComputedStyle(document.body).backgroundColor'));
      });
    expect(pictures.get('light')?.equals(pictures.get('dark') ?? Buffer.of())).toBe(false);
    expect(papers).toEqual(['rgb(255, 255, 255)', 'rgb(255, 255, 255)']);
  });

  it('can be used with the keyboard alone', async () => {
    await openFile(browser, html, { viewport: phone }, async ({ page }) => {
      const reached = new Set<string>();
      for (let press = 0; press < 12; press += 1) {
        await page.keyboard.press('Tab');
        reached.add((await page.evaluate('document.activeElement.tagName')) as string);
      }
      expect([...reached]).toContain('SUMMARY');
      await page.locator('summary').first().focus();
      await page.keyboard.press('Enter');
      expect(await page.getByRole('table', { name: "Green's share" }).isVisible()).toBe(true);
    });
  });
});

function openTables(page: { evaluate: (script: string) => Promise<unknown> }) {
  return page.evaluate('for (const one of document.querySelectorAll("details")) one.open = true');
}

function emptyReport() {
  const span = { from: at(0), until: at(0), shifts: 0, restarts: 0, minutes: [], blocks: [] };
  return sampleReport({ span, decisions: [], events: [] });
}

function hostileReport() {
  return reportOf(hostilePieces.join(' '));
}

function longReport() {
  return reportOf('x'.repeat(10_000));
}

function reportOf(text: string) {
  const decision = { at: at(3), kind: 'hold', by: text, note: text, verdict: text, evidenceHash: text } as const;
  return sampleReport({
    ...{ stack: text, service: text, project: text, release: text, environment: text },
    versions: { blue: text, green: text },
    verdict: { title: text, sentence: text },
    decisions: [{ ...decision, requestIds: [text] }],
    events: [{ at: at(4), colour: 'Green', text }],
  });
}
