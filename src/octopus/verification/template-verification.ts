import { hashOf } from '../template/content-hash.ts';
import { programIn } from '../template/payload.ts';
import type { ExportedTemplate, TemplateSettings } from './exported-template.ts';
import { findRelease, type ReleasedContent } from './release-list.ts';
import { compareScripts } from './script-difference.ts';
import { compareSettings } from './settings-difference.ts';

/** A template that this source builds. */
export interface OwnTemplate {
  readonly script: string;
  readonly settings: TemplateSettings;
}

/** What templates are compared with. */
export interface Known {
  readonly templates: readonly OwnTemplate[];
  readonly releases: readonly ReleasedContent[];
}

/** What a template turned out to be. */
export interface Verification {
  /** `same`: what this source builds; `released`: what another release had; `different`: neither. */
  readonly verdict: 'same' | 'released' | 'different';
  /** The name of the template whose script it is, and the version that the script says; undefined if it is none of ours. */
  readonly template: string | undefined;
  readonly version: string | undefined;
  /** The release that had exactly this script. */
  readonly release: string | undefined;
  readonly script: string;
  readonly program: string | undefined;
  /** Why it is neither, one sentence each. */
  readonly differences: readonly string[];
  /** What is not as this source builds it, but does not change what runs. */
  readonly outside: readonly string[];
}

/** Compares an exported template with what this source builds, and with every release. Hashes are SHA-256. */
export function verifyTemplate(found: ExportedTemplate, known: Known): Verification {
  const { template, version } = titleOf(found.script);
  const own = findOwn(template, known) ?? findOwn(found.settings?.name, known);
  const [script, unpacked] = [hashOf(found.script), programIn(found.script)];
  const about: About = {
    ...{ template: own?.settings.name ?? template, version, release: findRelease(known.releases, script) },
    ...{ script, program: unpacked && hashOf(unpacked) },
  };
  if (own !== undefined) return { ...about, ...compare(found, own, known, about) };
  if (about.release !== undefined) return { ...about, verdict: 'released', differences: [], outside: [] };
  return { ...about, verdict: 'different', differences: [notOurs], outside: [] };
}

type Outcome = Pick<Verification, 'verdict' | 'differences' | 'outside'>;
type About = Omit<Verification, keyof Outcome>;

function compare(found: ExportedTemplate, own: OwnTemplate, known: Known, about: About): Outcome {
  const others = known.templates.filter((one) => one !== own).map(({ settings }) => settings.name);
  const { running, outside } = compareSettings(found.settings ?? own.settings, own.settings, others);
  const inScript = compareScripts(found.script, own.script);
  if (running.length === 0 && inScript.length === 0)
    return { verdict: 'same', differences: [], outside: [...comparePacking(found, own), ...outside] };
  if (running.length === 0 && about.release !== undefined) return { verdict: 'released', differences: [], outside };
  const other = inScript.length === 0 ? undefined : explainOther(about, own, known);
  if (other === undefined) return { verdict: 'different', differences: [...running, ...inScript], outside };
  return { verdict: 'different', differences: [...running, ...other], outside: [] };
}

/** What the first line of a script says: `# AWS ECS Canary - Promote, version 0.4.0. Generated: …`. */
function titleOf(script: string): { readonly template?: string; readonly version?: string } {
  const [, template, version] = /^# (AWS ECS Canary - [^,\n]+), version ([\w.+-]+)\. Generated/.exec(script) ?? [];
  return template === undefined || version === undefined ? {} : { template, version };
}

function findOwn(name: string | undefined, { templates }: Known): OwnTemplate | undefined {
  return templates.find(({ settings }) => settings.name === name);
}

const notOurs =
  'Its script is not one of octopus-ecs-canary: it does not begin with "# AWS ECS Canary - ", the name of a step, and a version.';

function comparePacking(found: ExportedTemplate, own: OwnTemplate): string[] {
  return found.script === own.script ? [] : ['The program is compressed differently, but is the same when unpacked.'];
}

/** Explains a script that was made from another version, of which every line may differ; undefined if it was made from ours. */
function explainOther(
  { version, release, program }: About,
  own: OwnTemplate,
  { releases }: Known,
): string[] | undefined {
  if (release !== undefined) return [`Its script is that of ${release}.`];
  const made = program === undefined ? undefined : findRelease(releases, program);
  if (made !== undefined && program !== hashOf(programIn(own.script) ?? ''))
    return [`Its program is that of ${made}, but what is around it was changed, or the program compressed again.`];
  const ours = titleOf(own.script).version;
  if (version === undefined || version === ours) return undefined;
  const said = `Its script says version ${version}, and this source builds ${ours}.`;
  const isKnown = releases.some((content) => content.release === version);
  const advice = isKnown
    ? `SHA256SUMS has no such script for ${version}: it was changed, or its source was never released.`
    : `SHA256SUMS does not know ${version}: verify the template with the source or the package of that version.`;
  return [said, advice];
}
