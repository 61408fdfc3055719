// The mocked upstream as published, with one scripted token for each kind of answer. It journals every call, as it always does.
import { replay, startMockUpstream } from 'wireproof/fixtures';

import { announce } from './child.mjs';

const upstream = await startMockUpstream();
upstream.script('wpt_000benchmarkjson', replay('openai-chat/long-text'));
upstream.script('wpt_0benchmarkstream', replay('openai-chat/long-text.stream'));
announce(Number(new URL(upstream.url).port));
