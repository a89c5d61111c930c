import work
from flexiq import Queue

queue = Queue(db_path="flexiq.db")
put_nothing = queue.task(name="nothing")(work.nothing).delay
put_stamp = queue.task(name="stamp")(work.stamp).delay
