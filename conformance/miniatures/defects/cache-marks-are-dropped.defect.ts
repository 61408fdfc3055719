import { defineDefect, textOf, withText } from '../defect.ts';

export default defineDefect({
  id: 'cache-marks-are-dropped',
  about: 'cache_control does not reach Anthropic, and every request costs the full price',
  seenIn: 'langwatch#6184: conversion loses the marks for the cache',
  back: (message, passOn) => passOn(withText(message, textOf(message).replaceAll(/,\s*"cache_control"\s*:\s*\{[^}]*\}/g, ''))),
});
