import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { guideEntry } from '../../src/runtime/guide-entry.ts';
import { homepage, version } from '../../src/version.ts';

it('without a public home, the place of an entry is told in words', () => {
  expect(guideEntry('canary-taken', undefined)).toBe(`docs/operators-guide.md of octopus-ecs-canary ${version}`);
});

it.each(['https://example.com/canary', 'https://example.com/canary/', 'https://example.com/canary#readme'])(
  'with the home %s, it is a link into the guide of this version',
  (home) => {
    expect(guideEntry('canary-taken', home)).toBe(
      `https://example.com/canary/blob/v${version}/docs/operators-guide.md#canary-taken`,
    );
  },
);

it('the home is that of the package', () => {
  expect(homepage).toBe((packageJson as { readonly homepage?: string }).homepage);
});
