import { describe, expect, it } from 'vitest';
import { type Calendar, nextChange, showTime, whyNotAt } from '../../src/canary/calendar.ts';
import { allowedHours, freezes, timeZone } from '../../src/parameters/calendar-parameters.ts';

function calendar(hours: string, zone = 'UTC', frozen = ''): Calendar {
  return { hours: allowedHours.parse(hours), zone: timeZone.parse(zone), freezes: freezes.parse(frozen) };
}

const at = (time: string): number => Date.parse(`${time}Z`);
const isAllowed = (of: Calendar, time: string): boolean => whyNotAt(of, at(time)) === undefined;
const next = (of: Calendar, time: string): string | undefined => {
  const found = nextChange(of, at(time));
  return found === undefined ? undefined : new Date(found).toISOString().slice(0, 16);
};

// 2026-11-28 is a Saturday.
describe('the allowed hours', () => {
  it.each<[string, string, boolean]>([
    ['', '2026-11-28T03:00', true],
    ['Mon-Fri 09:00-17:00', '2026-11-27T09:00', true],
    ['Mon-Fri 09:00-17:00', '2026-11-27T16:59', true],
    ['Mon-Fri 09:00-17:00', '2026-11-27T17:00', false],
    ['Mon-Fri 09:00-17:00', '2026-11-27T08:59', false],
    ['Mon-Fri 09:00-17:00', '2026-11-28T12:00', false],
    ['mon-FRIDAY 9:00 - 17:00', '2026-11-27T12:00', true],
    ['Sat,Sun', '2026-11-28T00:00', true],
    ['Sat,Sun', '2026-11-29T23:59', true],
    ['Sat,Sun', '2026-11-30T00:00', false],
    ['Sat,Sun 10:00-12:00', '2026-11-28T11:00', true],
    ['Sat,Sun 10:00-12:00', '2026-11-29T11:00', true],
    ['Sat,Sun 10:00-12:00', '2026-11-29T12:00', false],
    ['Mon-Fri 09:00-12:00,13:00-17:00', '2026-11-27T12:30', false],
    ['Mon-Fri 09:00-12:00,13:00-17:00', '2026-11-27T13:00', true],
    ['Mon-Fri 09:00-12:00,13:00-17:00', '2026-11-28T13:00', false],
    ['Mon-Fri 09:00-17:00, Sat', '2026-11-28T22:00', true],
    ['Mon-Fri 09:00-17:00\nSat 10:00-11:00', '2026-11-28T10:30', true],
    ['Mon-Fri 09:00-17:00\r\nFri 08:00-10:00', '2026-11-27T08:30', true],
    ['Fri-Mon 09:00-10:00', '2026-11-29T09:00', true],
    ['Fri-Mon 09:00-10:00', '2026-11-26T09:00', false],
    ['Sat 20:00-24:00', '2026-11-28T23:59', true],
    ['Sat 20:00-24:00', '2026-11-29T00:00', false],
    ['00:00-24:00', '2026-11-29T00:00', true],
    ['10:00-11:00', '2026-11-29T10:00', true],
    // A night belongs to the day on which it begins.
    ['Fri 22:00-06:00', '2026-11-28T05:59', true],
    ['Fri 22:00-06:00', '2026-11-28T06:00', false],
    ['Fri 22:00-06:00', '2026-11-27T05:00', false],
    ['Fri 22:00-06:00', '2026-11-28T22:00', false],
    ['Sat 22:00-06:00', '2026-11-29T01:00', true],
    ['22:00-06:00', '2026-11-26T23:00', true],
    ['Fri 22:00-00:00', '2026-11-27T23:00', true],
    ['Fri 22:00-00:00', '2026-11-28T00:00', false],
  ])('%j at %s: %j', (hours, time, allowed) => {
    expect(isAllowed(calendar(hours), time)).toBe(allowed);
  });

  it('are those of the time zone, in summer and in winter', () => {
    const berlin = calendar('Mon-Fri 09:00-17:00', 'Europe/Berlin');
    expect(isAllowed(berlin, '2026-11-27T08:00')).toBe(true);
    expect(isAllowed(berlin, '2026-11-27T07:59')).toBe(false);
    expect(isAllowed(berlin, '2026-07-03T07:00')).toBe(true);
    const india = calendar('09:00-10:00', 'Asia/Kolkata');
    expect(isAllowed(india, '2026-11-27T03:30')).toBe(true);
    expect(isAllowed(india, '2026-11-27T03:29')).toBe(false);
  });

  it('that the change of clocks leaves out begin when the hour is over, and those that it repeats come twice', () => {
    const night = calendar('02:15-02:45', 'Europe/Berlin');
    // On 2027-03-28 the clock goes from 02:00 to 03:00, on 2026-10-25 from 03:00 back to 02:00.
    expect(next(night, '2027-03-28T00:50')).toBe('2027-03-29T00:15');
    expect([isAllowed(night, '2026-10-25T00:20'), isAllowed(night, '2026-10-25T01:20')]).toEqual([true, true]);
    const across = calendar('Sat 22:00-06:00', 'Europe/Berlin');
    expect([isAllowed(across, '2027-03-28T03:59'), isAllowed(across, '2027-03-28T04:00')]).toEqual([true, false]);
    // Lord Howe's clock changes by half an hour, at 15:30 UTC.
    expect(next(calendar('02:30-02:40', 'Australia/Lord_Howe'), '2026-10-03T15:00')).toBe('2026-10-03T15:30');
  });

  it('say when the next ones begin', () => {
    expect(next(calendar('Mon-Fri 09:00-17:00'), '2026-11-28T12:00:30')).toBe('2026-11-30T09:00');
    expect(next(calendar('Mon-Fri 09:00-17:00'), '2026-11-27T12:00:30')).toBe('2026-11-27T17:00');
    expect(next(calendar('', 'UTC', '2026-12-24 12:00 to 2026-12-25'), '2026-11-28T12:00')).toBe('2026-12-24T12:00');
    // In the last minute before.
    expect(next(calendar('Mon-Fri 09:00-17:00'), '2026-11-27T16:59:30')).toBe('2026-11-27T17:00');
    expect(next(calendar('Mon-Fri 09:00-17:00'), '2026-11-27T08:59:30')).toBe('2026-11-27T09:00');
    expect(next(calendar(''), '2026-11-28T12:00')).toBeUndefined();
    expect(next(calendar('Mon-Fri 09:07-17:00', 'America/New_York'), '2026-11-28T12:00')).toBe('2026-11-30T14:07');
    expect(next(calendar('Sat 10:00-11:00', 'UTC', '2026-12-01 to 2027-01-03'), '2026-11-28T11:00')).toBe(
      '2027-01-09T10:00',
    );
    expect(next(calendar('Fri 22:00-06:00'), '2026-11-28T06:00')).toBe('2026-12-04T22:00');
    expect(next(calendar('', 'UTC', '2026-01-01 to 2028-12-31'), '2026-11-28T11:00')).toBeUndefined();
    expect(showTime(at('2026-11-30T08:00'), 'Europe/Berlin')).toBe('Mon 2026-11-30 09:00');
  });
});

describe('freezes', () => {
  it.each<[string, string, boolean]>([
    ['2026-12-20 to 2027-01-03', '2026-12-19T23:59', true],
    ['2026-12-20 to 2027-01-03', '2026-12-20T00:00', false],
    ['2026-12-20 to 2027-01-03', '2027-01-03T23:59', false],
    ['2026-12-20 to 2027-01-03', '2027-01-04T00:00', true],
    ['2026-12-20 to 2026-12-20', '2026-12-20T12:00', false],
    ['2026-12-24 12:00 to 2026-12-27 08:00', '2026-12-24T11:59', true],
    ['2026-12-24 12:00 to 2026-12-27 08:00', '2026-12-27T07:59', false],
    ['2026-12-24 12:00 to 2026-12-27 08:00', '2026-12-27T08:00', true],
    ['2026-12-20 to 2026-12-25\n2026-12-24 to 2026-12-31', '2026-12-28T08:00', false],
  ])('%j at %s: allowed is %j', (frozen, time, allowed) => {
    expect(isAllowed(calendar('', 'UTC', frozen), time)).toBe(allowed);
  });

  it.each<[string, string, string, boolean]>([
    // On 2026-10-25 the clock in Berlin goes from 03:00 back to 02:00, at 01:00 UTC.
    ['before it begins', '2026-10-25 02:30 to 2026-10-25 04:00', '2026-10-25T00:29', true],
    ['when it first begins', '2026-10-25 02:30 to 2026-10-25 04:00', '2026-10-25T00:30', false],
    ['when the clock shows an earlier time again', '2026-10-25 02:30 to 2026-10-25 04:00', '2026-10-25T01:10', false],
    ['after its end was shown for the first time', '2026-10-24 02:30 to 2026-10-25 02:30', '2026-10-25T00:40', false],
    ['before its end is shown again', '2026-10-24 02:30 to 2026-10-25 02:30', '2026-10-25T01:29', false],
    ['when its end is shown again', '2026-10-24 02:30 to 2026-10-25 02:30', '2026-10-25T01:30', true],
    ['within the hour that comes twice', '2026-10-25 02:10 to 2026-10-25 02:20', '2026-10-25T00:50', false],
    ['at the end of the hour before', '2026-10-25 03:00 to 2026-10-25 04:00', '2026-10-25T01:59', true],
    ['when the hour is over', '2026-10-25 03:00 to 2026-10-25 04:00', '2026-10-25T02:00', false],
    // On 2027-03-28 it goes from 02:00 to 03:00, at 01:00 UTC.
    ['before a beginning that is left out', '2027-03-28 02:30 to 2027-03-28 05:00', '2027-03-28T00:59', true],
    ['where its beginning is left out', '2027-03-28 02:30 to 2027-03-28 05:00', '2027-03-28T01:00', false],
    ['before an end that is left out', '2027-03-27 to 2027-03-28 02:30', '2027-03-28T00:59', false],
    ['where its end is left out', '2027-03-27 to 2027-03-28 02:30', '2027-03-28T01:00', true],
    ['where all of it is left out', '2027-03-28 02:10 to 2027-03-28 02:50', '2027-03-28T01:00', true],
  ])('begin when the clock first shows it, and end when it last does: %s', (_, frozen, time, allowed) => {
    const berlin = calendar('', 'Europe/Berlin', frozen);
    expect(isAllowed(berlin, time)).toBe(allowed);
    const change = nextChange(berlin, at(time));
    if (change !== undefined) expect(whyNotAt(berlin, change) === undefined).toBe(!allowed);
  });

  it('begin and end by the clock of the zone, and are named before the hours', () => {
    const tokyo = calendar('Mon 09:00-17:00', 'Asia/Tokyo', '2026-12-20 to 2026-12-31');
    expect(whyNotAt(tokyo, at('2026-12-19T15:00'))).toBe(
      'within the freeze 2026-12-20 to 2026-12-31 (EcsCanary.Freezes)',
    );
    expect(whyNotAt(tokyo, at('2026-12-19T14:59'))).toBe('outside Mon 09:00-17:00 (EcsCanary.AllowedHours)');
  });
});

describe('a calendar that cannot be read', () => {
  it.each([
    ['Mon-Fri 9-17', '"9" is not a time'],
    ['Mon-Fri 09:00', '"Mon-Fri 09:00"'],
    ['Mo-Fr 09:00-17:00', '"Mo-Fr"'],
    ['weekdays', '"weekdays"'],
    ['Mon-Wed-Fri', '"Mon-Wed-Fri"'],
    ['Mon 09:00-17:60', '"17:60"'],
    ['Mon 24:00-02:00', '"24:00"'],
    ['Mon 25:00-26:00', '"25:00"'],
    ['Mon 09:00-25:00', '"25:00"'],
    ['Mon 9am-5pm', '"9am"'],
    ['Mon 09:00-09:00', 'a whole day is 00:00-24:00'],
    ['Mon,,Tue', 'one comma too many'],
    ['Mon #{x} 09:00-10:00', 'it still contains #{x}'],
    ['Mon 09:00-17:00\n\nnever\nTue 1', 'line 3: "never"'],
    ['Mon 09:00-17:00\n\nnever\nTue 1', 'line 4: "Tue 1"'],
  ])('%j is refused', (typed, said) => {
    expect(() => allowedHours.parse(typed)).toThrow(said);
  });

  it.each(['Berlin', 'Europe/Berlinn', '+01:00', '1', '', 'CEST?', '../etc/passwd'])(
    'the zone %j is refused',
    (typed) => {
      expect(() => timeZone.parse(typed)).toThrow('is not a time zone; type UTC, or an IANA name');
    },
  );

  it.each([
    ['2026-12-20', 'is not of the form'],
    ['2026-12-20 - 2026-12-21', 'is not of the form'],
    ['20.12.2026 to 3.1.2027', '"20.12.2026" is not a date'],
    ['2026-02-30 to 2026-03-02', '"2026-02-30" is not a date'],
    ['2026-12-20 to 2026-12-19', 'ends before it begins'],
    ['2026-12-20 10:00 to 2026-12-20 10:00', 'ends before it begins'],
    ['2026-12-20 25:00 to 2026-12-21', '"25:00" is not a time'],
    ['2026-12-20 to 2026-12-21\nChristmas', 'line 2: "Christmas"'],
  ])('the freeze %j is refused', (typed, said) => {
    expect(() => freezes.parse(typed)).toThrow(said);
  });
});
