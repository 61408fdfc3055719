CREATE TABLE public.canary_delivery (
    id text NOT NULL,
    incident text NOT NULL,
    destination text NOT NULL,
    kind text NOT NULL,
    event text NOT NULL,
    attempts integer NOT NULL,
    next_at bigint NOT NULL,
    delivered_at bigint,
    given_up_at bigint,
    last_error text
);
CREATE TABLE public.canary_evidence (
    result text NOT NULL,
    at bigint NOT NULL,
    body text NOT NULL
);
CREATE TABLE public.canary_fact (
    name text NOT NULL,
    value text NOT NULL
);
CREATE TABLE public.canary_incident (
    id text NOT NULL,
    target text NOT NULL,
    scenario text NOT NULL,
    page_row text NOT NULL,
    rule text NOT NULL,
    opened_at bigint NOT NULL,
    closed_at bigint,
    body text NOT NULL
);
CREATE TABLE public.canary_migration (
    name character varying(255) NOT NULL,
    "timestamp" character varying(255) NOT NULL
);
CREATE TABLE public.canary_migration_lock (
    id character varying(255) NOT NULL,
    is_locked integer DEFAULT 0 NOT NULL
);
CREATE TABLE public.canary_reservation (
    id text NOT NULL,
    at bigint NOT NULL,
    scopes text NOT NULL,
    requests bigint NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    seconds double precision NOT NULL,
    usd double precision NOT NULL,
    settled integer NOT NULL
);
CREATE TABLE public.canary_result (
    id text NOT NULL,
    round text NOT NULL,
    target text NOT NULL,
    location text NOT NULL,
    scenario text NOT NULL,
    page_row text NOT NULL,
    at bigint NOT NULL,
    duration_ms double precision NOT NULL,
    verdict text NOT NULL,
    warned integer NOT NULL,
    requests bigint NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    usd double precision NOT NULL,
    first_byte_ms double precision,
    total_ms double precision,
    told text
);
CREATE TABLE public.canary_round (
    id text NOT NULL,
    target text NOT NULL,
    location text NOT NULL,
    reason text NOT NULL,
    due_at bigint NOT NULL,
    started_at bigint NOT NULL,
    ended_at bigint NOT NULL,
    outcome text NOT NULL,
    cause text,
    note text,
    requests bigint NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    usd double precision NOT NULL
);
CREATE TABLE public.canary_spend (
    scope text NOT NULL,
    span text NOT NULL,
    start_at bigint NOT NULL,
    requests bigint NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    seconds double precision NOT NULL,
    usd double precision NOT NULL
);
CREATE TABLE public.canary_state (
    target text NOT NULL,
    location text NOT NULL,
    scenario text NOT NULL,
    last_at bigint NOT NULL,
    body text NOT NULL
);
INSERT INTO public.canary_delivery VALUES ('incident-1790000000000:opened:hook', 'incident-1790000000000', 'hook', 'opened', '{"kind":"opened","at":1790000000000,"incident":{"id":"incident-1790000000000","target":"team","scenario":"streams/cut","row":4,"rule":"failing","severity":"critical","title":"Streams are cut","openedAt":1790000000000,"locations":["here"],"firstResult":"first","lastResult":"last","lastAt":1790000000000,"results":1}}', 1, 1790000060000, NULL, NULL, 'HTTP 503');
INSERT INTO public.canary_evidence VALUES ('round-1790000000000:tools/lost', 1790000000000, '{"checks":[{"id":"ends-well","level":"must","expected":"[DONE]","actual":"nothing ''; drop table x; --\u0000"}],"curl":"curl -H ''authorization: Bearer $WIREPROOF_KEY'' …","trace":["0 ms caller sent POST","12 ms caller received 200"],"truncated":true}');
INSERT INTO public.canary_evidence VALUES ('round-1790000060000:tools/lost', 1790000060000, '{"checks":[{"id":"ends-well","level":"must","expected":"[DONE]","actual":"nothing ''; drop table x; --\u0000"}],"curl":"curl -H ''authorization: Bearer $WIREPROOF_KEY'' …","trace":["0 ms caller sent POST","12 ms caller received 200"],"truncated":true}');
INSERT INTO public.canary_fact VALUES ('paused', 'maintenance');
INSERT INTO public.canary_incident VALUES ('incident-1790000000000', 'team', 'streams/cut', '4', 'failing', 1790000000000, NULL, '{"id":"incident-1790000000000","target":"team","scenario":"streams/cut","row":4,"rule":"failing","severity":"critical","title":"Streams are cut","openedAt":1790000000000,"locations":["here"],"firstResult":"first","lastResult":"last","lastAt":1790000000000,"results":1}');
INSERT INTO public.canary_migration VALUES ('0001-first-schema', '2026-11-23T00:00:00.000Z');
INSERT INTO public.canary_migration_lock VALUES ('migration_lock', 0);
INSERT INTO public.canary_reservation VALUES ('open-reservation', 1790000000000, '["team"]', 2, 30, 5, 1.5, 0.125, 0);
INSERT INTO public.canary_result VALUES ('round-1790000000000:streams/cut', 'round-1790000000000', 'team', 'here', 'streams/cut', '4', 1790000000000, 812.5, 'pass', 1, 2, 30, 5, 0.125, 120.25, 800, NULL);
INSERT INTO public.canary_result VALUES ('round-1790000000000:tools/lost', 'round-1790000000000', 'team', 'here', 'tools/lost', 'management', 1790000000000, 812.5, 'fail', 0, 2, 30, 5, 0.125, 120.25, 800, '{"reason":"the stream ended early\n\u0000\u001b[31m\ud800","fault":{"at":"proxy","because":"the upstream sent all of it"},"diagnosis":{"row":4,"symptom":"Cut off.","cause":"A timeout.","check":"Look at \"usage\".","remediation":"Raise it; it''s too short."}}');
INSERT INTO public.canary_result VALUES ('round-1790000060000:streams/cut', 'round-1790000060000', 'team', 'there', 'streams/cut', '4', 1790000060000, 812.5, 'pass', 1, 2, 30, 5, 0.125, 120.25, 800, NULL);
INSERT INTO public.canary_result VALUES ('round-1790000060000:tools/lost', 'round-1790000060000', 'team', 'there', 'tools/lost', 'management', 1790000060000, 812.5, 'fail', 0, 2, 30, 5, 0.125, 120.25, 800, '{"reason":"the stream ended early\n\u0000\u001b[31m\ud800","fault":{"at":"proxy","because":"the upstream sent all of it"},"diagnosis":{"row":4,"symptom":"Cut off.","cause":"A timeout.","check":"Look at \"usage\".","remediation":"Raise it; it''s too short."}}');
INSERT INTO public.canary_round VALUES ('round-1790000000000', 'team', 'here', 'scheduled', 1790000000000, 1790000000000, 1790000000900, 'complete', NULL, NULL, 2, 30, 5, 0.125);
INSERT INTO public.canary_round VALUES ('round-1790000060000', 'team', 'there', 'scheduled', 1790000060000, 1790000060000, 1790000060900, 'stopped', 'budget', 'nothing left', 2, 30, 5, 0.125);
INSERT INTO public.canary_spend VALUES ('team', 'hour', 1789999200000, 2, 30, 5, 1.5, 0.125);
INSERT INTO public.canary_spend VALUES ('team', 'day', 1789948800000, 2, 30, 5, 1.5, 0.125);
INSERT INTO public.canary_state VALUES ('team', 'here', 'streams/cut', 1790000060000, '{"target":"team","location":"here","scenario":"streams/cut","row":4,"health":"failing","since":1790000060000,"lastAt":1790000060000,"recent":[{"at":1790000060000,"verdict":"pass","warned":false}],"changes":[],"flapping":false}');
ALTER TABLE ONLY public.canary_delivery
    ADD CONSTRAINT canary_delivery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.canary_evidence
    ADD CONSTRAINT canary_evidence_pkey PRIMARY KEY (result);
ALTER TABLE ONLY public.canary_fact
    ADD CONSTRAINT canary_fact_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.canary_incident
    ADD CONSTRAINT canary_incident_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.canary_migration_lock
    ADD CONSTRAINT canary_migration_lock_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.canary_migration
    ADD CONSTRAINT canary_migration_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.canary_reservation
    ADD CONSTRAINT canary_reservation_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.canary_result
    ADD CONSTRAINT canary_result_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.canary_round
    ADD CONSTRAINT canary_round_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.canary_spend
    ADD CONSTRAINT canary_spend_key PRIMARY KEY (scope, span, start_at);
ALTER TABLE ONLY public.canary_state
    ADD CONSTRAINT canary_state_key PRIMARY KEY (target, location, scenario);
CREATE INDEX canary_delivery_due ON public.canary_delivery USING btree (next_at) WHERE ((delivered_at IS NULL) AND (given_up_at IS NULL));
CREATE INDEX canary_delivery_of_incident ON public.canary_delivery USING btree (incident);
CREATE INDEX canary_evidence_at ON public.canary_evidence USING btree (at);
CREATE INDEX canary_incident_at ON public.canary_incident USING btree (opened_at, id);
CREATE UNIQUE INDEX canary_incident_open ON public.canary_incident USING btree (target, scenario, rule) WHERE (closed_at IS NULL);
CREATE INDEX canary_reservation_at ON public.canary_reservation USING btree (at);
CREATE INDEX canary_result_at ON public.canary_result USING btree (at, id);
CREATE INDEX canary_result_of_round ON public.canary_result USING btree (round);
CREATE INDEX canary_result_of_target ON public.canary_result USING btree (target, at, id);
CREATE INDEX canary_round_at ON public.canary_round USING btree (started_at, id);
CREATE INDEX canary_round_of_target ON public.canary_round USING btree (target, started_at, id);
