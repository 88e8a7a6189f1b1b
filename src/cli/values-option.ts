import { Option } from '@commander-js/extra-typings';
import { refuse } from '../command-line/value-parsers.ts';
import type { OutsideValues } from '../emulator/contract/outside-values.ts';
import { readOutsideValues } from '../emulator/outside-values-file.ts';
import { readText } from './input-file.ts';

/** The option `--values`, of every command that starts an emulated AWS. */
export function valuesOption() {
  return new Option(
    '--values <FILE>',
    'file, JSON or YAML, with what templates take from outside, such as {"exports": {"network-vpc": "vpc-1"}, "ssm": {"/shop/image": "shop:1"}, "secretsmanager": {"shop/db": {"user": "u"}}, "attributes": {"Lookup.Port": 80}}; what is missing is made up and noted',
  ).argParser(readValues);
}

function readValues(file: string): OutsideValues {
  const read = readOutsideValues(readText(file));
  return 'values' in read ? read.values : refuse(...read.problems);
}
