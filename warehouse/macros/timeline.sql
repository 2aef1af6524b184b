-- Coverage of a name by day: from mart.timeline('Northport'); days without news are included.
create macro mart.timeline(named) as table
select
    d.date_on,
    coalesce(sum(e.article_count), 0)::bigint as article_count,
    coalesce(sum(e.mention_count), 0)::bigint as mention_count
from mart.dim_date d
left join mart.entities_by_day e on e.published_on = d.date_on and contains(lower(e.name), lower(named))
group by all
order by d.date_on
