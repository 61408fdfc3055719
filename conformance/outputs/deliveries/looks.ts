/** Looks for work, one look at a time; what is asked for meanwhile is one more look. A look that fails is told, and the next one tries again. */
export const openLooks = (claim: () => Promise<'more' | 'all'>, tell: (line: string) => void) => {
  let looking: Promise<void> | undefined;
  let again = false;
  let closed = false;
  const once = async (): Promise<boolean> => {
    if (closed) return false;
    again = false;
    return (await claim()) === 'more' || again;
  };
  const look = async (): Promise<void> => {
    try {
      for (let more = true; more;) more = await once();
    } catch (error) {
      tell(`the history could not be asked for deliveries: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return {
    kick: (): void => {
      again = true;
      looking ??= look().finally(() => {
        looking = undefined;
      });
    },
    idle: async (): Promise<void> => looking,
    close: (): void => {
      closed = true;
    },
  };
};
