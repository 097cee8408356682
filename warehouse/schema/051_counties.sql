-- The names of counties, which everything else knows by their codes.
create table counties (
    county_fips  varchar primary key check (length(county_fips) = 5),
    name         varchar not null,
    state        varchar check (length(state) = 2)
);
comment on table counties is 'Counties of the United States and their equivalents, those of the territories included: census of 2020, renamed and merged ones under their present names';
comment on column counties.county_fips is 'Five-digit FIPS code, as text: zeros in front count';
comment on column counties.name is 'Name, e.g. Redwood County';
comment on column counties.state is 'State or territory, two letters; null for the minor outlying islands';
