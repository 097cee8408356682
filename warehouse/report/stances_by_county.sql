-- Where does each agency stand now whose county is known?
select
    county_fips,
    state,
    agency,
    stance,
    since
from current_stances
where county_fips is not null
order by county_fips, agency
limit 5000;
