import { expect, it } from 'vitest';
import { dark, light, type Theme } from '../../src/report/palette.ts';

const themes: readonly (readonly [name: string, theme: Theme])[] = [
  ['light', light],
  ['dark', dark],
  ['printed', { ...light, paper: '#ffffff' }],
];

it.each(themes)('every text of the %s theme has a contrast of at least 4.5, and every mark one of 3', (_, theme) => {
  for (const text of [theme.ink, theme.muted]) expect(contrast(text, theme.paper)).toBeGreaterThanOrEqual(4.5);
  for (const mark of [theme.blue, theme.green]) expect(contrast(mark, theme.paper)).toBeGreaterThanOrEqual(3);
});

it('the measure of contrast is that of WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

it.each(themes)('blue and green of the %s theme differ for people with any form of colour blindness', (_, theme) => {
  for (const sight of Object.values(sights))
    expect(distance(see(theme.blue, sight), see(theme.green, sight))).toBeGreaterThan(0.08);
});

it('the measure finds red and green alike for those who see no red', () => {
  const [red, green] = ['#a03c00', '#5e5e00'];
  expect(distance(see(red, sights.protanopia), see(green, sights.protanopia))).toBeLessThan(0.08);
  expect(distance(see(red, sights.all), see(green, sights.all))).toBeGreaterThan(0.08);
});

type Triple = readonly [number, number, number];

/** Machado, Oliveira and Fernandes 2009, at full severity, on linear RGB. */
const sights = {
  all: [1, 0, 0, 0, 1, 0, 0, 0, 1],
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
  tritanopia: [1.255528, -0.076749, -0.178779, -0.078411, 0.930809, 0.147602, 0.004733, 0.691367, 0.3039],
} as const;

function linear(colour: string): Triple {
  const channel = (at: number) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  };
  return [channel(1), channel(3), channel(5)];
}

function contrast(one: string, other: string): number {
  const luminance = (colour: string) => {
    const [red, green, blue] = linear(colour);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

function multiply(matrix: readonly number[], [x, y, z]: Triple): Triple {
  const row = (at: number) => (matrix[at] ?? 0) * x + (matrix[at + 1] ?? 0) * y + (matrix[at + 2] ?? 0) * z;
  return [row(0), row(3), row(6)];
}

/** What such eyes see, in Oklab, in which equal distances look equally different. */
function see(colour: string, sight: readonly number[]): Triple {
  const [red, green, blue] = multiply(sight, linear(colour)).map((value) => Math.min(1, Math.max(0, value)));
  const cones = multiply(
    [
      0.4122214708, 0.5363325363, 0.0514459929, 0.2119034982, 0.6806995451, 0.1073969566, 0.0883024619, 0.2817188376,
      0.6299787005,
    ],
    [red ?? 0, green ?? 0, blue ?? 0],
  );
  const [l, m, s] = cones.map(Math.cbrt);
  return multiply(
    [
      0.2104542553, 0.793617785, -0.0040720468, 1.9779984951, -2.428592205, 0.4505937099, 0.0259040371, 0.7827717662,
      -0.808675766,
    ],
    [l ?? 0, m ?? 0, s ?? 0],
  );
}

function distance(one: Triple, other: Triple): number {
  return Math.hypot(...one.map((value, index) => value - (other[index] ?? 0)));
}
