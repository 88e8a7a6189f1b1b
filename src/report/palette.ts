/** The colours of one theme. Blue and green are told apart in every form of colour blindness, and by shape as well. */
export interface Theme {
  readonly paper: string;
  readonly ink: string;
  /** For less important text. */
  readonly muted: string;
  /** Lines that only help the eye. */
  readonly hairline: string;
  readonly blue: string;
  readonly green: string;
}

export const light: Theme = {
  paper: '#fdfcf9',
  ink: '#1d1c1a',
  muted: '#5d5a53',
  hairline: '#dedad0',
  blue: '#1d55b5',
  green: '#5e7d00',
};

export const dark: Theme = {
  paper: '#17181b',
  ink: '#ece9e1',
  muted: '#aaa79e',
  hairline: '#383a3f',
  blue: '#7aa7ff',
  green: '#bcd45a',
};

/** A theme as variables of CSS. */
export function variablesOf(theme: Theme): string {
  return Object.entries(theme)
    .map(([name, value]) => `--${name}:${value}`)
    .join(';');
}
