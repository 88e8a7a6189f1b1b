import type { ProcessDefinition } from '../../../src/octopus/process/definition.ts';
import { buildCanaryProcess, type ProcessOptions } from '../../../src/octopus/process/process.ts';

/** Processes that differ in every option. */
export const optionSets: readonly [name: string, options: Partial<ProcessOptions>][] = [
  ['the default', {}],
  ['fine weights, no test rule', { weights: [0.5, 2.5, 99.9], testRule: false }],
  ['no watches', { watch: false, ownTemplate: true }],
  ['no guard', { guard: false }],
  ['an own template', { ownTemplate: true, weights: [25] }],
  ['responsible teams', { responsibleTeams: ['release-managers', 'global/octopus-administrators'] }],
  ['no shifts', { weights: [] }],
];

/** Texts that would come out otherwise when their escaping were wrong. */
export const nastyTexts: readonly string[] = [
  'She said "no"',
  'C:\\new\\table, and a last \\',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what would be templates in HCL.
  ['${var.secret}', '$${twice}', '$$${thrice}', '%{if true} %%{percent} $%{mixed} %${mixed}', '${open'].join(' '),
  'first\nEOT\n  EOT\nlast',
  'before\nEOT\nEOT1\nafter',
  'before\nEOT\u0085\nafter',
  'before\n\u2003EOT\u00a0\nafter',
  'Grüße, 日本語 and 🐤, \u00a0\u2028\u0085',
  '  all lines\n    are indented',
  'a blank line\n\n   \nand one of blanks',
  'ends with a line\n',
  '\nstarts with one',
  '\n',
  'carriage\r\nreturns\rtoo',
  '\ttab\tand #{if x}Octopus#{/if}',
  '# no comment // nor /* this */',
  '',
];

/** The default process with a text wherever an operator's text can be. */
export function processWith(text: string): ProcessDefinition {
  const { steps, projectVariables } = buildCanaryProcess();
  return {
    steps: steps.map((step) =>
      step.kind === 'manual'
        ? { ...step, instructions: text }
        : { ...step, properties: { ...step.properties, 'EcsCanary.Text': text } },
    ),
    projectVariables: projectVariables.map((variable) => ({ ...variable, value: text, description: text })),
  };
}
