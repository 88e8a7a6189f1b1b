import type { Parameter } from '../octopus/parameters.ts';
import { decimal, integer, required } from '../octopus/parsers.ts';

/** The share that an approved shift gives to green. */
export const greenPercent: Parameter<number> = {
  name: 'EcsCanary.GreenPercent',
  label: 'Green percent',
  help: 'The share of production traffic that green gets, from `0` to `100` with at most one decimal, for example `10` or `2.5`. Lower it to take traffic back.',
  control: 'SingleLineText',
  defaultValue: '',
  parse: required(decimal(0, 100, 1)),
};

/** The least scale that green has; the same parameter on Deploy Stack and Shift Traffic. */
export const greenScalePercent: Parameter<number> = {
  name: 'EcsCanary.GreenScalePercent',
  label: 'Green scale percent',
  help: "How large green starts, in percent of the service's desired count, from `1` to `100`. Below 100, green starts small and Shift Traffic scales it to what each share needs before it moves traffic. Use the same value on Deploy Stack and every Shift Traffic.",
  control: 'SingleLineText',
  defaultValue: '100',
  parse: integer(1, 100),
};

/** The scale of the colour that serves nothing once the canary is over. */
export const idleScalePercent: Parameter<number> = {
  name: 'EcsCanary.IdleScalePercent',
  label: 'Idle scale percent',
  help: 'How large the colour that serves nothing stays, in percent of the desired count, from `0` to `100`. `100` makes a return instant; less saves cost, and the next canary restores it.',
  control: 'SingleLineText',
  defaultValue: '100',
  parse: integer(0, 100),
};
