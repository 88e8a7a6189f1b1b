import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import GithubSlugger from 'github-slugger';
import { expect, it } from 'vitest';
import { projectDirectory } from '../../build/project-directory.ts';
import { pages } from './pages.ts';

it.each(pages)('every link in %s leads to a file, and to a heading that it has', (page) => {
  const links = [...withoutCode(textOf(page)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
  expect(links.filter((link) => !/^(https?|mailto):/.test(link) && !leadsSomewhere(page, link))).toEqual([]);
});

function leadsSomewhere(page: string, link: string): boolean {
  const [path = '', anchor] = link.split('#');
  const target = path === '' ? page : normalize(join(dirname(page), path));
  if (relative('.', target).startsWith('..') || !existsSync(join(projectDirectory, target))) return false;
  return anchor === undefined || anchorsOf(textOf(target)).includes(anchor);
}

/** The anchors that GitHub gives the headings of a page, and those that the page sets itself. */
function anchorsOf(text: string): readonly string[] {
  const slugger = new GithubSlugger();
  const headings = [...withoutCode(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, heading = '']) =>
    slugger.slug(heading.replaceAll(/[`*]|\]\([^)]*\)/g, '')),
  );
  return [...headings, ...[...text.matchAll(/<a id="([^"]+)">/g)].map(([, id = '']) => id)];
}

/** Without fenced blocks, in which neither links nor headings are meant. */
function withoutCode(text: string): string {
  return text.replaceAll(/^(`{3,}).*\n[\s\S]*?^\1$/gm, '');
}

function textOf(page: string): string {
  return readFileSync(join(projectDirectory, page), 'utf8');
}
