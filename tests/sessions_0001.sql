BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0001');
CREATE TABLE nudges (
	id INTEGER NOT NULL, 
	session_id VARCHAR(64) NOT NULL, 
	turn INTEGER NOT NULL, 
	text TEXT NOT NULL, 
	at VARCHAR(32) NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE
);
INSERT INTO "nudges" VALUES(1,'session-1',0,'You haven''t heard about where the money is to come from yet. Try a question that starts with what or how.','2026-01-05T09:00:30.000000+00:00');
CREATE TABLE sessions (
	id VARCHAR(64) NOT NULL, 
	scenario TEXT NOT NULL, 
	scenario_version INTEGER NOT NULL, 
	scenario_digest TEXT NOT NULL, 
	variant TEXT NOT NULL, 
	seed BIGINT NOT NULL, 
	voice TEXT NOT NULL, 
	manager TEXT NOT NULL, 
	rep TEXT NOT NULL, 
	started_at VARCHAR(32) NOT NULL, 
	ended_at VARCHAR(32), 
	title TEXT NOT NULL, 
	scorecard TEXT, 
	self_rating INTEGER, 
	PRIMARY KEY (id)
);
INSERT INTO "sessions" VALUES('session-1','small-deal',1,'b10a32e401bc95fc1b24afefeb68e733d9008824e8f137e6b96e612692a16edb','base',3,'lines','Nora','Ada','2026-01-05T09:00:00.000000+00:00','2026-01-05T09:04:00.000000+00:00','A small deal','{"criteria":[{"evidence":[{"code":"open_question","quote":"What happened to the budget this year?","turn":0},{"code":"open_question","quote":"What could you do?","turn":4}],"id":"exploring","level":"not_scored","value":1.0,"why":"2 genuine questions; scoring this needs at least 4."},{"evidence":[],"id":"inspection","level":"not_scored","value":0.0,"why":"2 genuine questions; scoring this needs at least 4."},{"evidence":[],"id":"ownership","level":"basic","value":1.0,"why":"The only next step is the rep''s; two of their own would be a plan."},{"evidence":[{"code":"advice","quote":"You should have called them.","turn":2}],"id":"balance","level":"proficient","value":0.75,"why":"75% asked openly or listened; the rest told or pushed. Closed questions count for neither."},{"evidence":[{"code":"open_question","quote":"What happened to the budget this year?","turn":0},{"code":"open_question","quote":"What could you do?","turn":4}],"id":"discovery","level":"basic","value":0.5,"why":"Your questions brought out 50% of what there was to find, feelings apart."},{"evidence":[],"id":"one_at_a_time","level":"proficient","value":0.0,"why":"0% of your turns with a question stacked two or more."},{"evidence":[],"id":"no_takeover","level":"proficient","value":0,"why":"You left it with the rep."},{"evidence":[{"code":"reflection","quote":"That sounds tiring.","turn":2}],"id":"listening","level":"not_scored","value":0.5,"why":"2 genuine questions; scoring this needs at least 4."},{"evidence":[],"id":"affirming","level":"below","value":0,"why":"We heard no praise for anything the rep did."},{"evidence":[],"id":"forward","level":"not_scored","value":null,"why":"There was nothing to measure."},{"evidence":[],"id":"airtime","level":"proficient","value":0.38,"why":"You said 38% of the words; your longest turn had 8."}],"feedback":[{"quote":"You should have called them.","source":"Knock before you give advice (asking-leave)","try_instead":"How does that look from where you sit?","turn":2}],"measures":{"ask_share":0.75,"asks_and_pushes":4,"directiveness":0.25,"exploring_share":1.0,"facts_elicited_share":0.5,"forward_share":null,"genuine_questions":2,"longest_turn":8,"manager_turns":3,"question_ratio":0.5,"reflection_ratio":0.5,"rep_owned_share":1.0,"rep_owned_steps":1,"specific_affirmations":0,"stacked_share":0.0,"status_share":0.0,"takeovers":0,"talk_share":0.38},"overall":{"level":"mixed","score":47,"sentence":"Mixed: too few of your questions explored (2 genuine questions; scoring this needs at least 4)."},"provenance":{"digest":"b10a32e401bc95fc1b24afefeb68e733d9008824e8f137e6b96e612692a16edb","reader":"fake-reader-1","rubric":"rubric-2","scenario":"small-deal v1","variant":"base"}}',4);
INSERT INTO "sessions" VALUES('session-2','small-deal',1,'b10a32e401bc95fc1b24afefeb68e733d9008824e8f137e6b96e612692a16edb','base',3,'lines','Nora','Ada','2026-01-05T09:04:30.000000+00:00',NULL,'A small deal',NULL,NULL);
CREATE TABLE turns (
	session_id VARCHAR(64) NOT NULL, 
	turn_index INTEGER NOT NULL, 
	turn_id VARCHAR(64), 
	at VARCHAR(32), 
	speaker VARCHAR(16) NOT NULL, 
	text TEXT NOT NULL, 
	reader TEXT, 
	units TEXT, 
	touches TEXT, 
	direction TEXT, 
	said TEXT, 
	PRIMARY KEY (session_id, turn_index), 
	CONSTRAINT uq_turns_turn_id UNIQUE (session_id, turn_id), 
	FOREIGN KEY(session_id) REFERENCES sessions (id) ON DELETE CASCADE
);
INSERT INTO "turns" VALUES('session-1',0,'tWhat h','2026-01-05T09:01:00.000000+00:00','manager','What happened to the budget this year?','fake-reader-1','[{"code":"open_question","confidence":1.0,"end":38,"flags":[],"focus":"explore","start":0,"text":"What happened to the budget this year?"}]','[{"fact":"budget","intent":"about","names_topic":true,"score":0.9938,"sure":true,"unit":0}]',NULL,NULL);
INSERT INTO "turns" VALUES('session-1',1,NULL,'2026-01-05T09:01:30.000000+00:00','rep','It was cut in half in March, the pump budget. I have not asked what is left.',NULL,NULL,NULL,'{"act":"release","parts":[{"pool":"fact/budget/lines","form":"what"}],"mood":"guarded","topic":"budget","releases":{"budget":"elicited"}}','{"lines":["fact/budget/lines/0"],"voice":"lines"}');
INSERT INTO "turns" VALUES('session-1',2,'tThat s','2026-01-05T09:02:00.000000+00:00','manager','That sounds tiring. You should have called them.','fake-reader-1','[{"code":"reflection","confidence":1.0,"end":19,"flags":[],"focus":null,"start":0,"text":"That sounds tiring."},{"code":"advice","confidence":1.0,"end":48,"flags":[],"focus":null,"start":20,"text":"You should have called them."}]','[{"entry":"talk-empathy","intent":"about","others":[["entry:talk-feel-now",0.0955],["entry:talk-annoyed",0.0526]],"score":0.6998,"unit":0},{"entry":"talk-empathy","intent":"about","others":[["entry:talk-hand-back",0.0516],["entry:talk-compared",0.0339],["entry:talk-story",0.0289],["entry:talk-apology",0.0227]],"score":0.6242,"unit":1}]',NULL,NULL);
INSERT INTO "turns" VALUES('session-1',3,NULL,'2026-01-05T09:02:30.000000+00:00','rep','You are right.',NULL,NULL,NULL,'{"act":"agree","parts":[{"pool":"reply/agree"}],"mood":"open"}','{"lines":["reply/agree/1"],"voice":"lines"}');
INSERT INTO "turns" VALUES('session-1',4,'tWhat c','2026-01-05T09:03:00.000000+00:00','manager','What could you do?','fake-reader-1','[{"code":"open_question","confidence":1.0,"end":18,"flags":[],"focus":"explore","start":0,"text":"What could you do?"}]','[{"intent":"options","others":[["entry:talk-different",0.0352],["entry:talk-if-free",0.0279]],"score":0.9133,"unit":0}]',NULL,NULL);
INSERT INTO "turns" VALUES('session-1',5,NULL,'2026-01-05T09:03:30.000000+00:00','rep','I could ask the plant manager what is left for pumps.',NULL,NULL,NULL,'{"act":"step","parts":[{"pool":"step/ask-the-plant/lines"}],"mood":"open","step":"ask-the-plant"}','{"lines":["step/ask-the-plant/lines/0"],"voice":"lines"}');
INSERT INTO "turns" VALUES('session-2',0,NULL,'2026-01-05T09:05:00.000000+00:00','manager','What happened to the budget this year?',NULL,NULL,NULL,NULL,NULL);
CREATE INDEX ix_sessions_started_at ON sessions (started_at);
CREATE INDEX ix_nudges_session_id ON nudges (session_id);
COMMIT;
