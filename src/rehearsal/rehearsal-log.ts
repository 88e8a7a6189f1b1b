import { styleText } from 'node:util';
import type { ProcessStep } from '../octopus/process/definition.ts';
import type { Stage } from './canary-watch.ts';
import { type ApprovalQuestion, explanationOf, type StepResult, type StepStatus } from './deployment.ts';
import { layOut, wrap } from './markdown-text.ts';
import { countErrors, shortName } from './measurement.ts';
import type { LogLevel } from './step-output.ts';

/** Prints a rehearsal as the task log of an Octopus deployment. */
export interface RehearsalLog {
  readonly heading: (text: string) => void;
  readonly note: (text: string) => void;
  readonly stepStarted: (step: ProcessStep, position: number, total: number) => void;
  /** @param isSummary whether the next approval shows it too */
  readonly line: (level: LogLevel, text: string, isSummary?: boolean) => void;
  readonly question: (question: ApprovalQuestion) => void;
  /** Shows Markdown as people see it. */
  readonly page: (title: string, markdown: string) => void;
  readonly stepFinished: (result: StepResult) => void;
  readonly stage: (stage: Stage) => void;
}

/** How the log is shown; plain lines of any length, if nothing is said. */
export interface LogLook {
  /** Width of the terminal. */
  readonly columns?: number | undefined;
  readonly isColoured?: boolean;
}

/** @param verbose whether verbose lines, skipped steps and summaries are shown too */
export function createRehearsalLog(
  write: (line: string) => void,
  verbose: boolean,
  { columns, isColoured = false }: LogLook = {},
): RehearsalLog {
  const paint = (text: string, style: Style | undefined): string =>
    isColoured && style !== undefined ? styleText(style, text, { validateStream: false }) : text;
  const log = (level: string, text: string): void => {
    const lead = `${time()}   ${level.padEnd(9)} |   `;
    // In a file, a line that is one line is found and compared more easily.
    const width = columns === undefined ? Infinity : Math.max(leastWidth, columns - lead.length);
    for (const line of text.split('\n')) {
      for (const [index, part] of wrap(line, width).entries())
        write(paint(`${index === 0 ? lead : ' '.repeat(lead.length)}${part}`.trimEnd(), styles[level]));
    }
  };
  const show = (level: string, title: string, markdown: string): void => {
    log(level, title);
    write('');
    for (const line of layOut(markdown, Math.min(columns ?? mostWidth, mostWidth) - margin.length))
      write(`${margin}${line}`.trimEnd());
    write('');
  };
  return {
    heading: (text) => {
      write('');
      write(paint(`== ${text} `.padEnd(columns ?? 100, '='), 'bold'));
    },
    note: (text) => log('Info', text),
    stepStarted: (step, position, total) => {
      write('');
      write(`${time()}   > Step ${position} of ${total}: ${step.name}`);
    },
    line: (level, text, isSummary = false) => {
      if (verbose || (level !== 'verbose' && !isSummary)) log(levelNames[level], text);
    },
    question: ({ step, instructions }) => show('Wait', `${step.name} asks:`, instructions),
    page: (title, markdown) => show('Info', title, markdown),
    stepFinished: (result) => {
      const { step, status, reason, milliseconds, script } = result;
      if (status === 'skipped' && !verbose) return;
      for (const [name, content] of script?.collected ?? [])
        log('Info', `Artifact ${name}, ${kilobytes(content.length)}`);
      // The lines above this one already say it, and better.
      const isExplained = reason === '' || explanationOf(result).length > 0;
      const because = isExplained ? '' : `: ${reason.split('\n')[0]}`;
      const said = `${time()}   ${marks[status]} ${step.name} ${status}${because} (${seconds(milliseconds)})`;
      write(paint(said, stylesOfStatus[status]));
    },
    stage: (stage) => {
      for (const line of describeStage(stage)) log('Users', line);
    },
  };
}

/** The instructions are set apart, because a table needs the whole width. */
const margin = '  ';
const mostWidth = 80;
const leastWidth = 30;

type Style = Parameters<typeof styleText>[0];

const styles: Readonly<Record<string, Style>> = {
  Highlight: 'bold',
  Wait: 'cyan',
  Warning: 'yellow',
  Error: 'red',
  Users: 'dim',
};

/** "1.3 s" */
export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

const levelNames: Readonly<Record<LogLevel, string>> = {
  info: 'Info',
  verbose: 'Verbose',
  highlight: 'Highlight',
  wait: 'Wait',
  warning: 'Warning',
  error: 'Error',
};

const marks: Readonly<Record<StepStatus, string>> = {
  succeeded: '✓',
  'succeeded with warnings': '!',
  failed: '✗',
  skipped: '-',
};

const stylesOfStatus: Readonly<Record<StepStatus, Style>> = {
  succeeded: 'green',
  'succeeded with warnings': 'yellow',
  failed: 'red',
  skipped: 'dim',
};

function describeStage({ requested, entryPoints, errors, errorsAt }: Stage): readonly string[] {
  if (requested === undefined) return [];
  return entryPoints.map(({ entryPoint, measured, share, kept }) => {
    const [name, failed] =
      entryPoints.length > 1 ? [`${entryPoint.name}: `, errorsAt[entryPoint.name] ?? 0] : ['', errors];
    const what = kept
      ? `kept on blue: ${measured.requests - measured.errors - kept.others} of ${measured.requests} requests served by ${shortName(kept.blue)}`
      : share === undefined
        ? `${measured.requests} requests redirected`
        : `new version: ${requested}% requested, ${share.toFixed(1)}% measured in ${measured.requests} requests`;
    return `${name}${what}; ${countErrors(failed)} seen by users`;
  });
}

function time(): string {
  return new Date().toTimeString().slice(0, 8);
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KB`;
}
