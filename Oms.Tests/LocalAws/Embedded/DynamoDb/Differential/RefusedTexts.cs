namespace Oms.Tests.LocalAws.Embedded.DynamoDb.Differential;

/// <summary>Parts of requests that DynamoDB refuses; those in one row are ways to one refusal.</summary>
internal static class RefusedTexts
{
    /// <summary>Further members of a PutItem with a valid item.</summary>
    public static readonly string[][] Puts =
    [
        [""" "ConditionExpression":"" """],
        [
            """ "ConditionExpression":"n = " """,
            """ "ConditionExpression":"n == :v","ExpressionAttributeValues":{":v":{"N":"1"}} """,
            """ "ConditionExpression":"n = :v :v","ExpressionAttributeValues":{":v":{"N":"1"}} """,
        ],
        [""" "ConditionExpression":"attribute_exists(status)" """],
        [""" "ConditionExpression":"n = :w" """],
        [""" "ConditionExpression":"#w = :v","ExpressionAttributeValues":{":v":{"N":"1"}} """],
        [""" "ConditionExpression":"attribute_exists(n)","ExpressionAttributeValues":{":v":{"N":"1"}} """],
        [""" "ConditionExpression":"attribute_exists(n)","ExpressionAttributeNames":{"#v":"n"} """],
        [""" "ConditionExpression":"((n = :v))","ExpressionAttributeValues":{":v":{"N":"1"}} """],
        [""" "ConditionExpression":"exists(n)" """],
        [
            """ "ConditionExpression":"size(n)" """,
            """ "ConditionExpression":"attribute_exists(n) = :v","ExpressionAttributeValues":{":v":{"N":"1"}} """,
        ],
        [""" "ConditionExpression":"attribute_exists(n, s)" """],
        [""" "ConditionExpression":"attribute_not_exists(:v)","ExpressionAttributeValues":{":v":{"N":"1"}} """],
        [""" "ConditionExpression":"n = n" """],
        [
            """ "ConditionExpression":"begins_with(s, :v)","ExpressionAttributeValues":{":v":{"N":"1"}} """,
            """ "ConditionExpression":"attribute_type(s, :v)","ExpressionAttributeValues":{":v":{"N":"1"}} """,
            """ "ConditionExpression":"size(:v) = :v","ExpressionAttributeValues":{":v":{"N":"1"}} """,
            """ "ConditionExpression":"n < :v","ExpressionAttributeValues":{":v":{"BOOL":true}} """,
        ],
        [""" "ConditionExpression":"attribute_type(s, :v)","ExpressionAttributeValues":{":v":{"S":"Text"}} """],
        [""" "ConditionExpression":"n BETWEEN :v AND :w","ExpressionAttributeValues":{":v":{"N":"2"},":w":{"N":"1"}} """],
        [""" "ConditionExpression":"n BETWEEN :v AND :w","ExpressionAttributeValues":{":v":{"N":"2"},":w":{"S":"1"}} """],
        [""" "ExpressionAttributeNames":{"#v":"n"} """],
        [""" "ExpressionAttributeValues":{":v":{"N":"1"}} """],
        [""" "ConditionExpression":"attribute_exists(n)","ExpressionAttributeNames":{} """],
        [""" "ConditionExpression":"attribute_exists(n)","ExpressionAttributeValues":{} """],
        [""" "ConditionExpression":"attribute_exists(n)","ExpressionAttributeNames":{"v":"n"} """],
        [""" "ConditionExpression":"n = :v","ExpressionAttributeValues":{":v":{"N":"one"}} """],
        [""" "ReturnValues":"ALL_NEW" """],
        [""" "ReturnValuesOnConditionCheckFailure":"ALL_NEW" """],
    ];

    /// <summary>Attributes that no item can have.</summary>
    public static readonly string[][] Attributes =
    [
        [
            """ "n":{"N":"one"} """,
            """ "n":{"N":""} """,
        ],
        [""" "n":{"N":"1.23456789012345678901234567890123456789"} """],
        [""" "n":{"N":"1E126"} """],
        [""" "n":{"N":"-1E-131"} """],
        [""" "ss":{"SS":[]} """],
        [""" "ss":{"SS":["a","b","a"]} """],
        [""" "ns":{"NS":[]} """],
        [""" "ns":{"NS":["1","1.0"]} """],
        [""" "bs":{"BS":[]} """],
        [""" "bs":{"BS":["AA==","AA=="]} """],
        [""" "z":{"NULL":false} """],
        [""" "n":{"S":"1","N":"1"} """],
        [
            """ "n":{} """,
            """ "l":{"L":[{}]} """,
        ],
        [""" "":{"S":"1"} """],
        [""" "g":{"N":"1"} """],
        [""" "g":{"S":""} """],
    ];

    /// <summary>Updates of the item a that are refused.</summary>
    public static readonly string[][] Updates =
    [
        [""" "UpdateExpression":"" """],
        [""" "UpdateExpression":"SET pk = :v","ExpressionAttributeValues":{":v":{"S":"1"}} """],
        [""" "UpdateExpression":"SET n = :v, n = :v","ExpressionAttributeValues":{":v":{"S":"1"}} """],
        [""" "UpdateExpression":"SET m.x = :v REMOVE m[0]","ExpressionAttributeValues":{":v":{"S":"1"}} """],
        [""" "UpdateExpression":"SET n = :v SET s = :v","ExpressionAttributeValues":{":v":{"S":"1"}} """],
        [""" "UpdateExpression":"SET n = size(s)" """],
        [""" "UpdateExpression":"SET n = first(s)" """],
        [""" "UpdateExpression":"SET n = if_not_exists(n)" """],
        [""" "UpdateExpression":"SET n = if_not_exists(:v, :v)","ExpressionAttributeValues":{":v":{"S":"1"}} """],
        [
            """ "UpdateExpression":"SET n = :v + :v","ExpressionAttributeValues":{":v":{"S":"1"}} """,
            """ "UpdateExpression":"SET l = list_append(l, :v)","ExpressionAttributeValues":{":v":{"S":"1"}} """,
            """ "UpdateExpression":"ADD n :v","ExpressionAttributeValues":{":v":{"S":"1"}} """,
            """ "UpdateExpression":"DELETE n :v","ExpressionAttributeValues":{":v":{"N":"1"}} """,
        ],
        [""" "UpdateExpression":"SET n :v","ExpressionAttributeValues":{":v":{"S":"1"}} """],
        [""" "UpdateExpression":"SET status = :v","ExpressionAttributeValues":{":v":{"N":"1"}} """],
        [""" "UpdateExpression":"SET nowhere.x = :v","ExpressionAttributeValues":{":v":{"N":"1"}} """],
        [
            """ "UpdateExpression":"SET n = nowhere" """,
            """ "UpdateExpression":"SET n = sk2 + :v, s = g2","ExpressionAttributeValues":{":v":{"N":"1"}} """,
            """ "UpdateExpression":"ADD s2 :v SET k = s3","ExpressionAttributeValues":{":v":{"N":"1"}} """,
        ],
        [""" "UpdateExpression":"SET n = pk + :v","ExpressionAttributeValues":{":v":{"N":"1"}} """],
        [""" "UpdateExpression":"SET g = :v","ExpressionAttributeValues":{":v":{"S":""}} """],
        [""" "UpdateExpression":"SET g = if_not_exists(nowhere, :v)","ExpressionAttributeValues":{":v":{"N":"1"}} """],
        [
            """ "UpdateExpression":"SET g = :v","ExpressionAttributeValues":{":v":{"N":"1"}} """,
            """ "UpdateExpression":"SET n = :v + :w","ExpressionAttributeValues":{":v":{"N":"1E100"},":w":{"N":"1"}} """,
            """ "UpdateExpression":"SET n = :v + :v","ExpressionAttributeValues":{":v":{"N":"9E125"}} """,
        ],
    ];

    /// <summary>Queries that are refused.</summary>
    public static readonly string[][] Queries =
    [
        [""" "Limit":1 """],
        [
            """ "KeyConditionExpression":"n = :p","ExpressionAttributeValues":{":p":{"S":"a"}} """,
            """ "KeyConditionExpression":"pk = :p AND n = :p","ExpressionAttributeValues":{":p":{"S":"a"}} """,
        ],
        [""" "KeyConditionExpression":"pk > :p","ExpressionAttributeValues":{":p":{"S":"a"}} """],
        [
            """ "KeyConditionExpression":"pk = :p OR n = :p","ExpressionAttributeValues":{":p":{"S":"a"}} """,
            """ "KeyConditionExpression":"pk <> :p","ExpressionAttributeValues":{":p":{"S":"a"}} """,
            """ "KeyConditionExpression":"pk = :p AND attribute_exists(sk)","ExpressionAttributeValues":{":p":{"S":"a"}} """,
        ],
        [""" "KeyConditionExpression":"pk = :p AND size(sk) = :p","ExpressionAttributeValues":{":p":{"S":"a"}} """],
        [""" "KeyConditionExpression":"pk = :p AND pk = :p","ExpressionAttributeValues":{":p":{"S":"a"}} """],
        [""" "KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"N":"1"}} """],
        [""" "KeyConditionExpression":"pk = :p","ExpressionAttributeValues":{":p":{"S":""}} """],
        [""" "KeyConditionExpression":"pk = sk" """],
        [""" "KeyConditionExpression":"pk = :p","FilterExpression":"sk > :p","ExpressionAttributeValues":{":p":{"S":"a"}} """],
        [""" "KeyConditionExpression":"pk = :p","ExclusiveStartKey":{"pk":{"S":"a"}},"ExpressionAttributeValues":{":p":{"S":"a"}} """],
        [""" "KeyConditionExpression":"pk = :p","IndexName":"none","ExpressionAttributeValues":{":p":{"S":"a"}} """],
        [""" "KeyConditionExpression":"g = :p","IndexName":"due","ConsistentRead":true,"ExpressionAttributeValues":{":p":{"S":"a"}} """],
        [""" "KeyConditionExpression":"g = :p","IndexName":"due","Select":"ALL_ATTRIBUTES","ExpressionAttributeValues":{":p":{"S":"a"}} """],
        [""" "KeyConditionExpression":"g = :p","IndexName":"due","FilterExpression":"n = :p","ExpressionAttributeValues":{":p":{"S":"a"}} """],
        [""" "KeyConditionExpression":"g = :p","IndexName":"due","ProjectionExpression":"n","ExpressionAttributeValues":{":p":{"S":"a"}} """],
        [""" "KeyConditionExpression":"pk = :p","ProjectionExpression":"m.x, m","ExpressionAttributeValues":{":p":{"S":"a"}} """],
        [""" "KeyConditionExpression":"pk = :p","ProjectionExpression":"m.x,","ExpressionAttributeValues":{":p":{"S":"a"}} """],
        [""" "KeyConditionExpression":"pk = :p","Limit":0,"ExpressionAttributeValues":{":p":{"S":"a"}} """],
    ];
}
