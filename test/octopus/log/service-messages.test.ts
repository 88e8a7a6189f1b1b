import { expect, it } from 'vitest';
import {
  createArtifact,
  mask,
  progress,
  resultMessage,
  setVariable,
  switchLevel,
} from '../../../src/octopus/log/service-messages.ts';

it('a variable travels as base64 of its UTF-8 text', () => {
  expect(setVariable('TestUrl', "it's [ü] ]\n")).toBe(
    "##octopus[setVariable name='VGVzdFVybA==' value='aXQncyBbw7xdIF0K']",
  );
});

it('a sensitive variable says so', () => {
  expect(setVariable('A', 'b', true)).toBe("##octopus[setVariable name='QQ==' value='Yg==' sensitive='VHJ1ZQ==']");
});

it.each([
  [41.9, 'NDE='],
  [-3, 'MA=='],
  [250, 'MTAw'],
])('progress of %d percent is a whole number that Octopus accepts', (percent, encoded) => {
  expect(progress(percent, 'x')).toBe(`##octopus[progress percentage='${encoded}' message='eA==']`);
});

it('artifacts, results and masks', () => {
  expect(createArtifact('/tmp/a', 'a', 12)).toBe("##octopus[createArtifact path='L3RtcC9h' name='YQ==' length='MTI=']");
  expect(resultMessage('no')).toBe("##octopus[resultMessage message='bm8=']");
  expect(mask('secret')).toBe("##octopus[mask value='c2VjcmV0']");
});

it('a level switch has no attributes', () => {
  expect(switchLevel('highlight')).toBe('##octopus[stdout-highlight]');
});
