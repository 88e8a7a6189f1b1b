import type { Parameter } from '../../parameters/parameters.ts';
import { choice, decimal, integer, optional, text } from '../../parameters/parsers.ts';

/** How many minutes of figures the step waits for. */
export const watchMinutes: Parameter<number> = {
  name: 'EcsCanary.WatchMinutes',
  label: 'Minutes to watch',
  help: 'How many minutes of figures at the present share the decision needs, for example `15`; `0` looks once. They count from the shift, so running the step again does not restart the wait. CloudWatch lags, which adds about three minutes.',
  control: 'SingleLineText',
  defaultValue: '5',
  parse: integer(0, 700),
};

/** What happens when green is worse than blue. */
export const whenWorse: Parameter<'Ask' | 'Fail' | 'Retreat'> = {
  name: 'EcsCanary.WhenWorse',
  label: 'If green is worse',
  help: 'What to do if green is worse than blue: `Ask` leaves the decision to the next approval, which shows why; `Fail` fails the deployment, so that *Rollback* runs at once; `Retreat` takes the traffic back to blue and says so at the next approval.',
  control: 'Select',
  defaultValue: 'Ask',
  choices: [
    ['Ask', 'Ask: the next approval shows it'],
    ['Fail', 'Fail: the deployment rolls back'],
    ['Retreat', 'Retreat: green loses its traffic'],
  ],
  parse: choice('Ask', 'Fail', 'Retreat'),
};

/** How far a retreat goes. */
export const retreatTo: Parameter<'Zero' | 'LastGood'> = {
  name: 'EcsCanary.RetreatTo',
  label: 'Advanced: how far to retreat',
  help: 'With `Retreat`: `Zero` takes all traffic from green; `LastGood` goes back to its last smaller share that the approver saw as no worse, better or cannot tell yet, or to 0 % if there is none.',
  control: 'Select',
  defaultValue: 'Zero',
  choices: [
    ['Zero', 'All traffic goes to blue'],
    ['LastGood', 'Back to the last good share'],
  ],
  parse: choice('Zero', 'LastGood'),
};

/** What happens when CloudWatch has figures of blue but none of green. */
export const onSilence: Parameter<'Stay' | 'Retreat'> = {
  name: 'EcsCanary.OnSilence',
  label: 'Advanced: if green is silent',
  help: 'With `Retreat`: what to do if CloudWatch has no figures for green over the minutes to watch (at least five), not even for its targets, although it has them for blue. A green that merely gets no requests is not silent, nor is it silence if CloudWatch cannot be read.',
  control: 'Select',
  defaultValue: 'Stay',
  choices: [
    ['Stay', 'Nothing: silence proves nothing'],
    ['Retreat', 'Retreat, as if green were worse'],
  ],
  parse: choice('Stay', 'Retreat'),
};

/** By how much green may be slower, in percent of blue's latency. */
export const latencyMargin: Parameter<number> = {
  name: 'EcsCanary.LatencyMargin',
  label: 'Advanced: latency margin in percent',
  help: "By how much green's p90 may exceed blue's before a minute counts as slower, in percent, for example `10`.",
  control: 'SingleLineText',
  defaultValue: '10',
  parse: decimal(0, 1000, 1),
};

/** Which responses from a target are errors. */
export const countErrors: Parameter<'5xx' | '4xx and 5xx'> = {
  name: 'EcsCanary.CountErrors',
  label: 'Advanced: what counts as an error',
  help: 'Which responses from a target count as errors. Requests that get no response always do.',
  control: 'Select',
  defaultValue: '5xx',
  choices: [
    ['5xx', 'Responses with a status of 500 or more'],
    ['4xx and 5xx', 'Responses with a status of 400 or more'],
  ],
  parse: choice('5xx', '4xx and 5xx'),
};

/** The operator's own limit for green's error rate, in percent. */
export const maxErrorRate: Parameter<number | undefined> = {
  name: 'EcsCanary.MaxErrorRate',
  label: 'Advanced: highest error rate in percent',
  help: "Green is worse if its error rate is above this, whatever blue's is, for example `1` or `0.5`. Blank for no limit.",
  control: 'SingleLineText',
  defaultValue: '',
  parse: optional(decimal(0.001, 99.999, 3)),
};

/** The operator's own limit for green's p90, in milliseconds. */
export const maxLatency: Parameter<number | undefined> = {
  name: 'EcsCanary.MaxLatency',
  label: 'Advanced: highest p90 in milliseconds',
  help: "Green is worse if its p90 is above this in most minutes, whatever blue's is, for example `300`. Blank for no limit.",
  control: 'SingleLineText',
  defaultValue: '',
  parse: optional(integer(1, 600_000)),
};

/** CloudWatch alarms that green must not set off. */
export const alarms: Parameter<readonly string[]> = {
  name: 'EcsCanary.Alarms',
  label: 'CloudWatch alarms',
  help: 'Names of CloudWatch alarms in the same account and region, one on each line, for example `shop-latency`; blank for none. Green is worse if one of them goes into ALARM after green got traffic. One that was in ALARM before is only shown to the approver.',
  control: 'MultiLineText',
  defaultValue: '',
  parse: alarmNames,
};

/** A name may hold commas. */
function alarmNames(raw: string): readonly string[] {
  const names = text(raw)
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  return [...new Set(names)];
}

/** The share that the next approval asks for, for the card alone. */
export const nextPercent: Parameter<number | undefined> = {
  name: 'EcsCanary.NextPercent',
  label: 'Advanced: next green percent',
  help: 'The share that the next approval asks for, for example `50`. The summary then says what that step puts at risk. Blank if there is none.',
  control: 'SingleLineText',
  defaultValue: '',
  parse: optional(decimal(0, 100, 1)),
};
