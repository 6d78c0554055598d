/** The completed steps of a command, so that a failure can report which steps are done and which are not. */
export class Steps {
  readonly done: string[] = [];
  /** The step in progress when the command failed. */
  failed: string | undefined;

  /**
   * Runs one step that changes something.
   *
   * @param what in the infinitive: "end the sessions of alice"
   */
  async run<T>(what: string, work: () => Promise<T>): Promise<T> {
    this.failed = what;
    const result = await work();
    this.failed = undefined;
    this.done.push(what);
    return result;
  }
}
