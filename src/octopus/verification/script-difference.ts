import { hashOf } from '../template/content-hash.ts';
import { programIn, splitBody } from '../template/payload.ts';
import { showText } from './shown-text.ts';

/** Where a script differs from ours, one sentence each; empty if it runs the same program in the same way. */
export function compareScripts(found: string, ours: string): readonly string[] {
  const [parts, our] = [splitBody(found), splitBody(ours)];
  if (parts === undefined || our === undefined) return compareLines(found, ours, 0);
  const above = `${parts.before}${parts.payload}`.split('\n').length - 1;
  return [
    ...compareLines(parts.before, our.before, 0),
    ...comparePrograms(programIn(found), programIn(ours)),
    ...compareLines(parts.after, our.after, above),
  ];
}

/** The first line that differs. @param above how many lines of the script come before */
function compareLines(found: string, ours: string, above: number): string[] {
  if (found === ours) return [];
  const [lines, our] = [found.split('\n'), ours.split('\n')];
  const at = lines.findIndex((line, index) => line !== our[index]);
  if (at === -1) return [`The script ends after line ${above + lines.length}; ours goes on.`];
  const [line = '', expected] = [lines[at], our[at]];
  if (expected === undefined)
    return [`Line ${above + at + 1} of the script is ${showText(line)}; ours has ended before.`];
  return [`Line ${above + at + 1} of the script is different: ${showBoth(line, expected)}`];
}

function comparePrograms(found: Buffer | undefined, ours: Buffer | undefined): string[] {
  if (found === undefined) return ['Its program cannot be unpacked.'];
  if (ours === undefined || found.equals(ours)) return [];
  return [
    `Its program has the SHA-256 ${hashOf(found)}; ours has ${hashOf(ours)}.`,
    `The program is different: ${showBoth(found.toString(), ours.toString())}`,
  ];
}

function showBoth(found: string, ours: string): string {
  const most = Math.max(found.length, ours.length);
  const at = [...Array(most).keys()].findIndex((index) => found[index] !== ours[index]);
  const from = Math.max(0, at - 20);
  const where = from === 0 ? '' : `after ${from} characters `;
  return `${where}${showText(found.slice(from))}; ours is ${showText(ours.slice(from))}.`;
}
