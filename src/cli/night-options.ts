import { Option } from '@commander-js/extra-typings';
import { numberFrom } from '../command-line/value-parsers.ts';
import type { NightPlan } from '../rehearsal/night.ts';

/** The option that plays a night. */
export function nightOption() {
  return new Option(
    '--night',
    'let the first approval after a shift wait overnight, while a scheduled Guard watches green; slow-leak begins only then. As with --behaviour, there are two releases',
  );
}

/** The option for the length of the night. */
export function nightHoursOption() {
  return new Option('--night-hours <N>', 'emulated hours until somebody decides')
    .argParser(numberFrom(0.5, 24))
    .default(usual.hours);
}

/** The option for how often Guard runs. */
export function guardEveryOption() {
  return new Option('--guard-every <MINUTES>', 'emulated minutes between two runs of Guard')
    .argParser(numberFrom(1, 60))
    .default(usual.guardMinutes);
}

const usual: NightPlan = { hours: 2, guardMinutes: 5 };

/** What was typed about the night. */
interface TypedNight {
  readonly night?: boolean | undefined;
  readonly nightHours?: number | undefined;
  readonly guardEvery?: number | undefined;
}

/** The night to play; undefined if none is wanted. */
export function readNight({
  night = false,
  nightHours: hours = usual.hours,
  guardEvery: guardMinutes = usual.guardMinutes,
}: TypedNight): NightPlan | undefined {
  return night ? { hours, guardMinutes } : undefined;
}

/** One sentence for each option that does not go with a night, or not without one. */
export function checkNight(typed: TypedNight, isGiven: (option: string) => boolean): readonly string[] {
  const night = readNight(typed);
  if (night === undefined)
    return ['night-hours', 'guard-every'].filter(isGiven).map((option) => `--${option} needs --night.`);
  return [
    ...(isGiven('no-watch') ? ['--night needs the Watch steps, which --no-watch leaves out.'] : []),
    ...(isGiven('abort-at') ? ['--night and --abort-at cannot both be given.'] : []),
    ...(night.guardMinutes >= night.hours * 60 ? ['--guard-every must be shorter than the night.'] : []),
  ];
}
