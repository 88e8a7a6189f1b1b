import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createEmulatedCloud } from '../src/rehearsal/emulated-cloud.ts';
import { rehearse } from '../src/rehearsal/rehearsal.ts';
import { createRehearsalLog } from '../src/rehearsal/rehearsal-log.ts';
import type { RehearsalOptions } from '../src/rehearsal/scenario.ts';
import { loadTemplateLibrary } from '../src/rehearsal/template-library.ts';
import { openFile, startBrowser } from '../test/support/browser.ts';
import { projectDirectory } from './project-directory.ts';

/** The README's picture: a night in which a Guard took traffic from a green that had turned bad. */
const night: RehearsalOptions = {
  ...{ timeScale: 200, requestsPerSecond: 1000, sample: 120, weights: [25, 50], watch: true },
  ...{ abortAt: undefined, behaviours: ['slow-leak'], template: undefined, parameters: {}, ask: undefined },
  night: { hours: 1.5, guardMinutes: 5 },
};

/** A README has room for the verdict, the shares and the errors alone. */
const cut = `
header, footer, details, table, #verdict ~ p:last-of-type { display: none }
section:not(:has(> #verdict, > #share, > #errors)) { display: none }
body { padding-block: 1.5rem }
section { margin-top: 1.5rem }
`;

const file = join(projectDirectory, 'docs/report.png');
const picture = await photograph(await rehearseNight());
if (picture.length > 200_000) throw new Error(`The picture has ${picture.length} bytes, too many for a README.`);
await writeFile(file, picture);
console.log(`Wrote ${file}, ${Math.round(picture.length / 1024)} KB. Look at it before you commit it.`);

/** The last report of the night. */
async function rehearseNight(): Promise<string> {
  const cloud = await createEmulatedCloud(night);
  try {
    const library = await loadTemplateLibrary(join(projectDirectory, 'step-templates'));
    const { problems, attached } = await rehearse(night, library, cloud, createRehearsalLog(console.log, false));
    if (problems.length > 0) throw new Error(`The night did not go as it should:\n${problems.join('\n')}`);
    const report = attached.findLast(({ name }) => name === 'ecs-canary-report.html');
    if (report === undefined) throw new Error('The rehearsal attached no report.');
    return report.content.toString();
  } finally {
    await cloud.close();
  }
}

async function photograph(html: string): Promise<Buffer> {
  const browser = await startBrowser();
  let taken: Buffer | undefined;
  try {
    const size = { width: 820, height: 600 };
    await openFile(
      browser,
      html,
      { viewport: size, deviceScaleFactor: 1.5, colorScheme: 'light' },
      async ({ page }) => {
        await page.addStyleTag({ content: cut });
        taken = await page.screenshot({ fullPage: true });
      },
    );
  } finally {
    await browser.close();
  }
  if (taken === undefined) throw new Error('The browser took no picture.');
  return taken;
}
