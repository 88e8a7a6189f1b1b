import { hashOf } from '../../../src/octopus/template/content-hash.ts';
import { renderStepTemplate } from '../../../src/octopus/template/step-template.ts';
import { renderScriptBody } from '../../../src/octopus/template/wrapper.ts';
import { readExportedTemplate } from '../../../src/octopus/verification/exported-template.ts';
import {
  type OwnTemplate,
  type Verification,
  verifyTemplate,
} from '../../../src/octopus/verification/template-verification.ts';
import { fixtureStep } from '../template/fixture-step.ts';
import type { Template } from '../template/template-folder.ts';

const body = 'Octopus.Action.Script.ScriptBody';
/** The program of the fixture. */
export const program = Buffer.from(`console.log("one");\n${'// a long program\n'.repeat(200)}done();\n`);
/** A template that this source builds. */
export const ours = templateOf('1.2.3', program);
/** Another one. */
export const promote = templateOf('1.2.3', Buffer.from('console.log("promote")'), 'Promote');
/** What the release before had. */
export const earlier = templateOf('1.2.2', Buffer.from('console.log("earlier")'));

/** What templates are compared with. */
export const known = {
  templates: [ours, promote].map((template) => readExportedTemplate(bytesOf(template)) as OwnTemplate),
  releases: [
    { release: '1.2.2+unreleased', hash: hashOf(scriptOf(earlier)), path: 'shift-traffic/script.sh' },
    { release: '1.2.2', hash: hashOf(scriptOf(earlier)), path: 'shift-traffic/script.sh' },
    { release: '1.2.2', hash: hashOf('console.log("earlier")'), path: 'shift-traffic/program.cjs' },
  ],
};

/** A template as it is built. */
export function templateOf(version: string, code: Buffer, name = 'Fixture'): Template {
  const step = { ...fixtureStep, name };
  return renderStepTemplate(step, renderScriptBody(step, code, version), { version, date: '2026-11-22' }) as Template;
}

/** The script of a template. */
export function scriptOf({ Properties }: Template): string {
  return Properties[body] ?? '';
}

/** A template as a file. */
export function bytesOf(template: unknown): Buffer {
  return Buffer.from(JSON.stringify(template));
}

/** Verifies a file. */
export function verify(bytes: Uint8Array): Verification {
  return verifyTemplate(readExportedTemplate(bytes), known);
}

/** A template with another script. */
export function withScript(script: string, template = ours): Buffer {
  return bytesOf({ ...template, Properties: { ...template.Properties, [body]: script } });
}

/** Our template with another packed program. */
export function withProgram(payload: string): Buffer {
  return withScript(scriptOf(ours).replace(/(PROGRAM' .*\n)[\s\S]*?(\nECS_CANARY_PROGRAM\n)/, `$1${payload}$2`));
}
