import { defineDefect } from '../defect.ts';

export default defineDefect({
  id: 'beta-headers-are-dropped',
  about: 'anthropic-beta does not reach Anthropic, so what it switches on stays off',
  seenIn: 'performance.md 3.3 row 8: conversion loses headers',
  back: (message, passOn) => {
    const { 'anthropic-beta': _dropped, ...headers } = message.headers;
    return passOn({ ...message, headers });
  },
});
