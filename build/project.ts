import type { Release } from '../src/octopus/template/step-template.ts';
import { setUpProject } from '../src/set-up/set-up-project.ts';
import type { StepDeclaration } from '../src/steps/step.ts';
import { zipPackagedScripts } from './archive.ts';
import { renderBill } from './bill-of-materials.ts';
import { type Bundle, bundleStep } from './bundle.ts';
import type { Command } from './command.ts';
import { type GeneratedFile, generateFiles } from './generated-files.ts';
import { renderNotices } from './licences.ts';
import { projectDirectory } from './project-directory.ts';
import { readRelease } from './release.ts';
import { bundleSetUp, generateSetUpTemplate, setUpPath } from './set-up.ts';
import { type Budget, budget, type StepSize, setUpBudget } from './sizes.ts';
import { readProjectFile } from './staleness.ts';

/** Everything that the build produces, in memory. */
export interface Build {
  readonly release: Release;
  readonly bundles: readonly BundledStep[];
  /** The program of Set Up Canary Project. */
  readonly setUp: Bundle;
  /** The generated files that are committed. */
  readonly committed: readonly GeneratedFile[];
  readonly sizes: readonly StepSize[];
}

/** A declared step with its bundle. */
export interface BundledStep extends Bundle {
  readonly step: StepDeclaration;
}

/**
 * Bundles every step and generates the committed files; writes nothing.
 * @param entryOf the source file whose bundle is the step's program
 */
export async function buildProject(
  steps: readonly StepDeclaration[],
  entryOf = (step: StepDeclaration) => `scripts/${step.id}.ts`,
): Promise<Build> {
  const release = readRelease(projectDirectory);
  const bundles = await Promise.all(
    steps.map(async (step) => ({ step, ...(await bundleStep(entryOf(step), release.version)) })),
  );
  const built = bundles.map(({ step, code }) => ({ step, program: code }));
  const files = generateFiles(built, release, (path) => readProjectFile(projectDirectory, path));
  const templates = built.map(({ step }, index) => ({ stepId: step.id, json: String(files[index]?.content) }));
  const setUp = await bundleSetUp(templates, release.version);
  const setUpTemplate = generateSetUpTemplate(setUp.code, release, readProjectFile(projectDirectory, setUpPath));
  const sizes = bundles.map(({ step, code }, index) => sizeOf(step.name, code, files[index]));
  return {
    release,
    bundles,
    setUp,
    committed: [...files, setUpTemplate],
    sizes: [...sizes, sizeOf(setUpProject.name, setUp.code, setUpTemplate, setUpBudget)],
  };
}

function sizeOf(name: string, code: Buffer, template: GeneratedFile | undefined, limit: Budget = budget): StepSize {
  return { name, bundle: code.length, template: Buffer.byteLength(template?.content ?? ''), limit };
}

/**
 * The files for `dist/`: the command, the bundles with their licence comments, all notices, the bill of materials,
 * and the script package.
 */
export function archiveFiles({ bundles, setUp, release }: Build, command: Command): GeneratedFile[] {
  const notices = renderNotices([...bundles, setUp, command].flatMap(({ packages }) => packages));
  const built = bundles.map(({ step, code }) => ({ step, program: code }));
  const programs = bundles.map(({ step, code, packages }) => ({
    file: { path: `dist/${step.id}.cjs`, content: code },
    packages,
  }));
  // Its program is only in its template.
  const ofSetUp = { file: { path: `${setUpProject.id}.cjs`, content: setUp.code }, packages: setUp.packages };
  return [
    command.file,
    ...programs.map(({ file }) => file),
    ...bundles
      .filter(({ legal }) => legal !== '')
      .map(({ step, legal }) => ({ path: `dist/${step.id}.cjs.LEGAL.txt`, content: legal })),
    { path: 'dist/THIRD-PARTY-NOTICES.txt', content: notices },
    renderBill([command, ...programs, ofSetUp], release),
    zipPackagedScripts(built, release, notices),
  ];
}
