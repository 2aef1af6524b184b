-- Every day from the first to the last publication day, for joins and for days without news.
-- grain: one row per day
-- key: date_on
-- refresh: whole
-- needs: dim_article
-- date_on: the day
-- year: year
-- quarter: quarter of the year, 1 to 4
-- month: month of the year, 1 to 12
-- month_name: English name of the month
-- iso_year: year of the ISO week
-- iso_week: ISO week, 1 to 53
-- weekday: ISO day of the week, 1 = Monday
-- weekday_name: English name of the day
-- is_weekend: whether it is a Saturday or a Sunday
with bounds as (
    select min(published_on) as first_on, max(published_on) as last_on
    from mart.dim_article
)
select
    cast(day as date) as date_on,
    cast(year(day) as integer) as year,
    cast(quarter(day) as integer) as quarter,
    cast(month(day) as integer) as month,
    monthname(day) as month_name,
    cast(isoyear(day) as integer) as iso_year,
    cast(weekofyear(day) as integer) as iso_week,
    cast(isodow(day) as integer) as weekday,
    dayname(day) as weekday_name,
    isodow(day) > 5 as is_weekend
from bounds, unnest(generate_series(cast(first_on as timestamp), cast(last_on as timestamp), interval 1 day)) as days(day)
order by date_on
