import { placeholderTarget, processFormats, renderProcessFiles } from '../src/octopus/process/files.ts';
import { buildCanaryProcess, buildRunbooks } from '../src/octopus/process/process.ts';
import { renderErrorReference } from '../src/octopus/reference/error-reference.ts';
import { renderParameterReference } from '../src/octopus/reference/parameter-reference.ts';
import { renderSetupByHand } from '../src/octopus/reference/setup-by-hand.ts';
import { type Release, renderStepTemplate, templateFileName } from '../src/octopus/template/step-template.ts';
import { renderScriptBody } from '../src/octopus/template/wrapper.ts';
import { policyFiles, renderPolicy } from '../src/policies/policy-files.ts';
import { placeholderScope } from '../src/policies/policy-scope.ts';
import { setUpProject } from '../src/set-up/set-up-project.ts';
import type { StepDeclaration } from '../src/steps/step.ts';
import { extendLedger, ledgerPath } from './parameter-ledger.ts';
import { renderResourceTypes, resourceTypesPath } from './resource-types.ts';

/** A file that the build writes; its path is relative to the project, with forward slashes. */
export interface GeneratedFile {
  readonly path: string;
  readonly content: string | Uint8Array;
}

/** A declared step with its bundled program. */
export interface BuiltStep {
  readonly step: StepDeclaration;
  readonly program: Buffer;
}

/** Directories in which every file is generated; any other file in them is a left-over. */
export const generatedDirectories: readonly string[] = ['step-templates', 'process', 'policies'];

/**
 * Every committed file that is generated from the steps, in a stable order.
 * @param readCommitted the current text of a committed file; undefined if there is none
 */
export function generateFiles(
  built: readonly BuiltStep[],
  release: Release,
  readCommitted: (path: string) => string | undefined,
): GeneratedFile[] {
  const templates = built.map((one) => generateTemplate(one, release));
  const steps = built.map(({ step }) => step);
  return [...templates, ...documents.flatMap((generate) => generate({ steps, release, readCommitted }))];
}

/** The sources of generated documents. */
export interface Sources {
  readonly steps: readonly StepDeclaration[];
  readonly release: Release;
  readonly readCommitted: (path: string) => string | undefined;
}

// Add further generated documents here; they are then built, checked and reported like the others.
const documents: readonly ((sources: Sources) => GeneratedFile[])[] = [
  ({ steps }) => [{ path: 'docs/parameters.md', content: renderParameterReference(steps, [setUpProject]) }],
  ({ steps }) => [{ path: 'docs/setup-by-hand.md', content: renderSetupByHand(steps) }],
  () => [{ path: 'docs/errors.md', content: renderErrorReference() }],
  () => [{ path: resourceTypesPath, content: renderResourceTypes() }],
  generateProcess,
  generatePolicies,
  ({ steps, release, readCommitted }) => [
    { path: ledgerPath, content: extendLedger(readCommitted(ledgerPath), [...steps, setUpProject], release.version) },
  ],
];

function generateProcess(): GeneratedFile[] {
  const whole = { process: buildCanaryProcess(), runbooks: buildRunbooks() };
  return processFormats.flatMap((format) =>
    renderProcessFiles(format, whole, placeholderTarget).map(({ path, content }) => ({
      path: `process/${format}/${path}`,
      content,
    })),
  );
}

function generatePolicies(): GeneratedFile[] {
  return policyFiles(placeholderScope).map(({ name, document }) => ({
    path: `policies/${name}.json`,
    content: renderPolicy(document),
  }));
}

function generateTemplate({ step, program }: BuiltStep, release: Release): GeneratedFile {
  const path = `step-templates/${templateFileName(step)}`;
  const body = renderScriptBody(step, program, release.version);
  return { path, content: `${JSON.stringify(renderStepTemplate(step, body, release), null, 2)}\n` };
}

/** The script in the text of a template; undefined if there is none. */
export function scriptBodyOf(template: string | undefined): string | undefined {
  try {
    return JSON.parse(template ?? 'null')?.Properties?.['Octopus.Action.Script.ScriptBody'];
  } catch {
    return undefined;
  }
}
