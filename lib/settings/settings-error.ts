/** Settings that can't be used; the message names each of them, its value and its range. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'invalid_settings';
  /** One sentence for each bad setting. */
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options?: ErrorOptions) {
    const title = problems.length === 1 ? 'A setting is wrong' : `${problems.length} settings are wrong`;
    super(`${title}:\n${problems.map((problem) => `  ${problem}`).join('\n')}`, options);
    this.problems = problems;
  }
}
