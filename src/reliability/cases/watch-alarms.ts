/** Names of the CloudWatch alarms that Watch Canary is told to heed. */
export const watchAlarms = { quiet: 'quiet-alarm', ringing: 'ringing-alarm' } as const;
