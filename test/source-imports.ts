import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';

/** One import of a source file: `from` and, inside the project, `to` are paths below `src`; packages keep their name. */
export interface SourceImport {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

/** Every import and re-export of the files below a folder. */
export function readImports(folder: string): SourceImport[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
  return files.sort().flatMap((from) => importsOf(from, readFileSync(join(folder, from), 'utf8')));
}

/** The imports in a file's text. */
export function importsOf(from: string, text: string): SourceImport[] {
  const statements = text.matchAll(/^(?:import|export)(\s+type)?\s(?:[^'";]*?\sfrom\s+)?'([^']+)'/gm);
  const dynamic = text.matchAll(/\bimport\(\s*'([^']+)'/g);
  return [
    ...[...statements].map(([, type, to = '']) => ({ from, to: resolve(from, to), typeOnly: type !== undefined })),
    ...[...dynamic].map(([, to = '']) => ({ from, to: resolve(from, to), typeOnly: false })),
  ];
}

function resolve(from: string, to: string): string {
  return to.startsWith('.') ? posix.join(posix.dirname(from), to) : to;
}
