import type { WantedTemplate } from '../octopus/installer/wanted-templates.ts';
import { packProgram } from '../octopus/template/payload.ts';

/** Step templates as a program carries them: small, because most of their code is the same. */
export type CarriedTemplates = readonly CarriedTemplate[];

export interface CarriedTemplate extends WantedTemplate {
  readonly program: SharedText;
  /** The script body before and after its program. */
  readonly script: readonly [before: string, after: string];
}

/**
 * A minified program with the short names of another one, so that what both contain has the same text.
 * Bundles give the same thing different names, and a compressor finds nothing to share.
 */
export interface SharedText {
  readonly text: string;
  /** The program's own names, in the order in which their substitutes first appear; empty where both are the same. */
  readonly names: string;
}

/** What a bundler may have renamed: words of up to three characters that are no members. */
export const shortNames = /(?<![\w$.])[A-Za-z_$][\w$]{0,2}(?![\w$])/g;

/** The templates, byte for byte as they were published. */
export function unpackTemplates(carried: CarriedTemplates): readonly WantedTemplate[] {
  return carried.map(({ stepId, body, program, script: [before, after] }) => {
    const payload = packProgram(Buffer.from(restoreNames(program)));
    const script = { 'Octopus.Action.Script.ScriptBody': `${before}${payload.lines}${after}` };
    return { stepId, body: { ...body, Properties: { ...body.Properties, ...script } } };
  });
}

/** The program with its own names. */
export function restoreNames({ text, names }: SharedText): string {
  const own = names.split(' ');
  const known = new Map<string, string>();
  return text.replace(shortNames, (name) => {
    const found = known.get(name) ?? (own[known.size] || name);
    known.set(name, found);
    return found;
  });
}
