/** CloudWatch alarms that Watch Canary is told to respect, by name. */
export const watchAlarms = { quiet: 'quiet-alarm', ringing: 'ringing-alarm' } as const;
