-- createPartitioned
create unique index "parted_key" on only "public"."parted" using "btree" ("id", "k");

create unique index concurrently "parted_1_parted_key" on "public"."parted_1" using "btree" ("id", "k");

alter index "public"."parted_key" attach partition "public"."parted_1_parted_key";

create unique index concurrently "parted_2_parted_key" on "public"."parted_2" using "btree" ("id", "k");

alter index "public"."parted_key" attach partition "public"."parted_2_parted_key";
