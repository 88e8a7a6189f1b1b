import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectDirectory } from '../../build/project-directory.ts';
import { pages } from './pages.ts';

/** A command that a page tells its reader to type. */
export interface DocumentedCommand {
  readonly page: string;
  readonly text: string;
}

/** Every command of the project in its pages: `npm …`, alone or after `&&`. */
export function findDocumentedCommands(): readonly DocumentedCommand[] {
  const found = pages.flatMap((page) =>
    codeIn(readFileSync(join(projectDirectory, page), 'utf8')).flatMap((code) =>
      commandsIn(code).map((text) => ({ page, text })),
    ),
  );
  return found.filter(({ text }, index) => found.findIndex((other) => other.text === text) === index);
}

/** The words of a command as bash splits them. */
export function wordsOf(command: string): readonly string[] {
  const printed = execFileSync('bash', ['-c', `printf '%s\\0' ${command}`], { encoding: 'utf8' });
  return printed.split('\0').slice(0, -1);
}

function codeIn(page: string): readonly string[] {
  const fences = [...page.matchAll(/^```\w*\n([\s\S]*?)^```$/gm)].map(([, code = '']) => code);
  const indented = page.split(/\n(?! {4})/).filter((part) => /\n {4}/.test(part));
  const inline = [...page.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/`(npm [^`\n]+)`/g)].map(
    ([, code = '']) => code,
  );
  return [...fences, ...indented.map((part) => part.replaceAll(/^ {4}/gm, '')), ...inline];
}

function commandsIn(code: string): readonly string[] {
  return code
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .flatMap((line) => line.split(' && '))
    .map((line) => line.trim())
    .filter((line) => /^npm (ci|test|run|pack)\b/.test(line));
}
