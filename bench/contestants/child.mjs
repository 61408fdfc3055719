// What the measured servers have in common: they tell their port, and what they have used when asked. They end with the parent.

/** @param {number} port */
export const announce = (port) => {
  process.on('message', () => {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpuMicros: user + system, rssBytes: process.memoryUsage().rss });
  });
  process.on('disconnect', () => process.exit(0));
  process.send?.({ port });
};
